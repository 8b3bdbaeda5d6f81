"""The outbox and the followers."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, db
from campaigns.notice.states import NoticeState


class Notice(db.Model):
    """One e-mail to one address, rendered when its cause happened, sent once."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(160), unique=True)  # one e-mail per cause and address
    to: Mapped[str] = mapped_column("to_address", sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    headers: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    state: Mapped[NoticeState] = mapped_column(db.enum(NoticeState), default=NoticeState.QUEUED)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(sa.String(300))

    __table_args__ = (sa.Index("ix_notice_state_due_at", "state", "due_at"),)


class Subscription(db.Model):
    """An address that wants to hear of a topic ("campaign:12"), once confirmed, until it leaves."""

    __tablename__ = "subscription"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    topic: Mapped[str] = mapped_column(sa.String(60))
    email: Mapped[str] = mapped_column(sa.String(254))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (sa.UniqueConstraint("topic", "email"),)

"""The trail of consent."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, db
from campaigns.student.models.person import OfPerson, Personal
from campaigns.student.states import Channel, ConsentEvent, Purpose


class Consent(OfPerson, db.Model):
    """One event in the trail of consent, append-only; the latest for a purpose is what holds."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"))
    purpose: Mapped[Purpose] = mapped_column(db.enum(Purpose))
    event: Mapped[ConsentEvent] = mapped_column(db.enum(ConsentEvent))
    by_guardian: Mapped[bool]
    giver_name = Personal()  # the student's or the guardian's; unreadable once the person's key is destroyed
    giver_name_sealed: Mapped[str | None] = mapped_column("giver_name", sa.Text)
    relation: Mapped[str] = mapped_column(sa.String(40))
    channel: Mapped[Channel] = mapped_column(db.enum(Channel), default=Channel.TOGETHER, server_default="together")
    checked_how: Mapped[str | None] = mapped_column(sa.String(200))
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    wording: Mapped[str] = mapped_column(sa.Text)
    wording_hash: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(8), default="en")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]  # at most 12 months on

    __table_args__ = (sa.Index("ix_consent_application_id_purpose_id", "application_id", "purpose", "id"),)


class ConsentReminder(db.Model):
    """Somebody was asked to agree anew, `days` before what they agreed to ends; one row each time."""

    __tablename__ = "consent_reminder"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"))
    days: Mapped[int]
    ends_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        sa.UniqueConstraint("application_id", "days", "ends_on"),
        sa.CheckConstraint("days IN (60, 30, 14, 0)", name="days"),
    )


db.append_only(Consent.__table__)  # type: ignore[arg-type]  # declared as FromClause, is a Table

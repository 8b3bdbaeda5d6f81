"""Conversations and their messages."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.access import is_applicant
from campaigns.account.models import User
from campaigns.account.rules import email_canonical
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db
from campaigns.kit.states import check_move
from campaigns.message.states import MOVES, REFUSALS, RETURNS, MessageState, Reason, Side
from campaigns.pledge.models import Pledge
from campaigns.student.models import Application, OfPerson, Personal

FITS = " OR ".join(
    f"state = '{state}' AND reason IN ({', '.join(repr(reason.value) for reason in reasons)})"
    for state, reasons in (("returned", RETURNS), ("refused", REFUSALS))
)


class Thread(db.Model):
    """The one conversation that belongs to a pledge: with the campaign's student, or with its group of students."""

    __tablename__ = "message_thread"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(16), unique=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    pledge_id: Mapped[int] = mapped_column(sa.ForeignKey("pledge.id"), unique=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    # Whose key seals what is written; of a group that of its first student.
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    is_group: Mapped[bool]  # the community answers for the students
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[Side | None] = mapped_column(db.enum(Side))

    pledge: Mapped[Pledge] = relationship(lazy="raise")
    campaign: Mapped[Campaign] = relationship(lazy="raise")
    application: Mapped[Application] = relationship(lazy="raise")

    __table_args__ = (sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed"),)

    def has_party(self, user: User) -> bool:
        """Whether this is the sponsor, the student or who helped them; `pledge` and `application` must be loaded."""
        return user.email_canonical == email_canonical(self.pledge.email) or is_applicant(user, self.application)

    @property
    def sponsor(self) -> str:
        """What others read of the sponsor: no more than the public does; `pledge` must be loaded."""
        return self.pledge.public_name if self.pledge.show_name else "A sponsor"


class Message(OfPerson, db.Model):
    """One message. Its text and what is passed on of it are sealed under the student's key."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)  # the form it was sent with: a double click is one
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("message_thread.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    sender: Mapped[Side] = mapped_column(db.enum(Side))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))  # who wrote for the community
    text = Personal()  # as it was written; for the moderator alone
    text_sealed: Mapped[str | None] = mapped_column("text", sa.Text)
    shown = Personal()  # what is passed on: without identifiers; nothing while it could not be checked
    shown_sealed: Mapped[str | None] = mapped_column("shown", sa.Text)
    checked_at: Mapped[datetime | None]  # when it was last searched for identifiers
    state: Mapped[MessageState] = mapped_column(db.enum(MessageState), default=MessageState.HELD)
    reason: Mapped[Reason | None] = mapped_column(db.enum(Reason))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    thread: Mapped[Thread] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("(state = 'held') = (decided_by_id IS NULL)", name="decided"),
        sa.CheckConstraint("author_id IS NULL OR decided_by_id IS NULL OR author_id <> decided_by_id", name="two"),
        sa.CheckConstraint("(sender = 'community') = (author_id IS NOT NULL)", name="author"),
        sa.CheckConstraint("(state = 'approved') = (delivered_at IS NOT NULL)", name="delivered"),
        sa.CheckConstraint("state <> 'approved' OR checked_at IS NOT NULL", name="checked"),
        sa.CheckConstraint("read_at IS NULL OR delivered_at IS NOT NULL", name="read"),
        sa.CheckConstraint(
            f"state IN ('held', 'approved') AND reason IS NULL OR reason IS NOT NULL AND ({FITS})", name="reason_fits"
        ),
        sa.Index("ix_message_thread_id_id", "thread_id", "id"),
        sa.Index("ix_message_organisation_id_state_id", "organisation_id", "state", "id"),
    )

    def move_to(self, state: MessageState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MOVES, self.state, state)
        self.state = state

    def has_party(self, user: User) -> bool:
        """Whether this person wrote it, or is the sponsor or the student; `thread` must be loaded in full."""
        return self.author_id == user.id or self.thread.has_party(user)

"""What people without an account are asked: the request behind each link, and each time it was sent."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation, User
from campaigns.kit import clock, crypto, db
from campaigns.kit.states import check_move
from campaigns.student.models.person import OfPerson, Personal
from campaigns.student.states import REQUEST_MOVES, Refusal, RequestKind, RequestState

ONE_OPEN = sa.text("state = 'open' AND kind IN ('guardian', 'school')")
REFEREE_OPEN = sa.text("state = 'open' AND kind = 'referee'")


class ConfirmationRequest(OfPerson, db.Model):
    """Somebody is asked to vouch, to consent or to confirm; their link is a SignedLink of this row."""

    __tablename__ = "confirmation_request"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)  # names the act that made it
    kind: Mapped[RequestKind] = mapped_column(db.enum(RequestKind))
    state: Mapped[RequestState] = mapped_column(db.enum(RequestState), default=RequestState.OPEN)
    refusal: Mapped[Refusal | None] = mapped_column(db.enum(Refusal))
    name = Personal()
    name_sealed: Mapped[str | None] = mapped_column("name", sa.Text)
    email = Personal()  # without one, the link is shown once, to be passed on
    email_sealed: Mapped[str | None] = mapped_column("email", sa.Text)
    # Keyed hash of the canonical address: finds a vetter who is the referee, and counts letters to one address.
    email_print: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    relation: Mapped[str | None] = mapped_column(sa.String(40))
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))  # None: by the student
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))  # who has an account here
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # of the link that answered it

    school: Mapped[Organisation | None] = relationship(lazy="raise")
    asked_by: Mapped[User | None] = relationship(foreign_keys=[asked_by_id], lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("(kind = 'school') = (school_id IS NOT NULL)", name="school"),
        sa.CheckConstraint("(state IN ('answered', 'declined')) = (answered_at IS NOT NULL)", name="answered"),
        sa.CheckConstraint("(state = 'declined') = (refusal IS NOT NULL)", name="refused"),
        sa.Index(
            "uq_confirmation_request_open",
            *("application_id", "kind"),
            unique=True,
            sqlite_where=ONE_OPEN,
            postgresql_where=ONE_OPEN,
        ),
        sa.Index(
            "uq_confirmation_request_referee",
            *("application_id", "email_print"),
            unique=True,
            sqlite_where=REFEREE_OPEN,
            postgresql_where=REFEREE_OPEN,
        ),
        sa.Index("ix_confirmation_request_state_expires_at", "state", "expires_at"),
    )

    def move_to(self, state: RequestState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(REQUEST_MOVES, self.state, state)
        self.state = state

    def refers(self, user: User) -> bool:
        """Whether this person is the referee, has vouched or can still do so; by account or by address."""
        if self.kind is not RequestKind.REFEREE or self.state not in {RequestState.OPEN, RequestState.ANSWERED}:
            return False
        return self.answered_by_id == user.id or self.email_print in crypto.fingerprints(user.email_canonical)


class RequestSending(db.Model):
    """One letter or shown link of a request: what the limits count."""

    __tablename__ = "request_sending"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("confirmation_request.id"), index=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"))
    email_print: Mapped[str | None] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        sa.Index("ix_request_sending_application_id_at", "application_id", "at"),
        sa.Index("ix_request_sending_email_print_at", "email_print", "at"),
    )

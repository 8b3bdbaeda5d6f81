"""What a student needs, line by line, who made sure of each, and how one changed."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import User
from campaigns.kit import clock, db, text
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.student.models.application import Application
from campaigns.student.models.person import OfPerson, Personal
from campaigns.student.states import CHANGE_MOVES, ChangeState, How, NeedKind


class Need(db.Model):
    """One cost line: what is needed, how much, for which term."""

    __tablename__ = "need"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    kind: Mapped[NeedKind] = mapped_column(db.enum(NeedKind))
    label: Mapped[str] = mapped_column(sa.String(120))
    term: Mapped[str] = mapped_column(sa.String(60))
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))

    application: Mapped[Application] = relationship(lazy="raise", back_populates="needs")

    __table_args__ = (sa.CheckConstraint("amount > 0", name="positive"),)

    @property
    def money(self) -> Money:
        """What is needed."""
        return Money(self.amount, self.currency)

    @property
    def fingerprint(self) -> str:
        """A hash of what is needed, to tell whether it is still what somebody has read."""
        return text.content_hash(self.kind.value, self.term, str(self.amount), self.currency)


class NeedVerification(OfPerson, db.Model):
    """That somebody made sure of a cost, until when. It holds for exactly this kind, amount, term and school.

    Rows are only added: the next one stands beside those before it.
    """

    __tablename__ = "need_verification"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id", ondelete="CASCADE"), index=True)
    kind: Mapped[NeedKind] = mapped_column(db.enum(NeedKind))
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    term: Mapped[str] = mapped_column(sa.String(60))
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))  # None while it was not listed
    how: Mapped[How] = mapped_column(db.enum(How))
    note = Personal()  # for the team only
    note_sealed: Mapped[str | None] = mapped_column("note", sa.Text)
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("application_document.id", ondelete="SET NULL"))
    verified_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    # Copied so that the database can refuse somebody who confirms their own costs.
    applicant_user_id: Mapped[int | None] = mapped_column(db.Key)
    verified_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_on: Mapped[date]  # the last day on which it holds; at most a year on

    verified_by: Mapped[User] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("applicant_user_id IS NULL OR verified_by_id <> applicant_user_id", name="not_own"),
        sa.CheckConstraint("expires_on > verified_at", name="expires_later"),
    )

    def fits(self, need: Need, school_id: int | None) -> bool:
        """Whether it was given for the cost as it is now, at this school."""
        said = (self.kind, self.amount, self.currency, self.term)
        same_school = self.school_id is None or self.school_id == school_id
        return said == (need.kind, need.amount, need.currency, need.term) and same_school

    @property
    def holds_by_date(self) -> bool:
        """Whether its last day has not passed."""
        return self.expires_on >= clock.today()


class NeedChange(OfPerson, db.Model):
    """Another kind, amount or term for a cost: a correction before approval, a change by two people after it."""

    __tablename__ = "need_change"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id", ondelete="CASCADE"), index=True)
    state: Mapped[ChangeState] = mapped_column(db.enum(ChangeState), default=ChangeState.PROPOSED)
    material: Mapped[bool]  # sponsors are asked again
    old_kind: Mapped[NeedKind] = mapped_column(db.enum(NeedKind, "old_kind"))
    old_amount: Mapped[int] = mapped_column(db.Amount)
    old_term: Mapped[str] = mapped_column(sa.String(60))
    new_kind: Mapped[NeedKind] = mapped_column(db.enum(NeedKind, "new_kind"))
    new_amount: Mapped[int] = mapped_column(db.Amount)
    new_term: Mapped[str] = mapped_column(sa.String(60))
    currency: Mapped[str] = mapped_column(sa.String(3))
    how: Mapped[How] = mapped_column(db.enum(How))  # it is known
    reason = Personal()  # the student reads it, too
    reason_sealed: Mapped[str | None] = mapped_column("reason", sa.Text)
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    applicant_user_id: Mapped[int | None] = mapped_column(db.Key)
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))  # None: it needed no second
    decided_at: Mapped[datetime | None]

    need: Mapped[Need] = relationship(lazy="raise")
    # Fetched where somebody wants to decide: it says who keeps out of it.
    application: Mapped["Application"] = relationship(lazy="select", viewonly=True)
    proposed_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[proposed_by_id])

    __table_args__ = (
        sa.CheckConstraint("old_amount > 0 AND new_amount > 0", name="positive"),
        sa.CheckConstraint(
            "old_kind <> new_kind OR old_amount <> new_amount OR old_term <> new_term", name="changes_something"
        ),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"),
        sa.CheckConstraint("applicant_user_id IS NULL OR proposed_by_id <> applicant_user_id", name="not_own"),
        sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided"),
        sa.Index(
            "uq_need_change_proposed",  # one at a time
            "need_id",
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        ),
    )

    def move_to(self, state: ChangeState) -> None:
        """Take an allowed step and note when. Raises IllegalMove."""
        check_move(CHANGE_MOVES, self.state, state)
        self.state, self.decided_at = state, clock.now()

    @property
    def old(self) -> Money:
        """What it cost before."""
        return Money(self.old_amount, self.currency)

    @property
    def new(self) -> Money:
        """What it costs from then on."""
        return Money(self.new_amount, self.currency)

"""What came of a student's support."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, db
from campaigns.student.models.person import OfPerson, Personal
from campaigns.student.states import OutcomeKind


class Outcome(OfPerson, db.Model):
    """What a student reached: in coded words for everybody, in the student's own for sponsors, once approved."""

    __tablename__ = "application_outcome"

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[OutcomeKind] = mapped_column(db.enum(OutcomeKind))
    reached_on: Mapped[date]  # shown as its month
    words = Personal()
    words_sealed: Mapped[str | None] = mapped_column("words", sa.Text)
    school_confirmed: Mapped[bool] = mapped_column(default=False)
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("application_document.id", ondelete="SET NULL"))
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    approved_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> recorded_by_id", name="two_people"),
        sa.CheckConstraint("(approved_by_id IS NULL) = (approved_at IS NULL)", name="approved"),
    )

    @property
    def id(self) -> int:
        """Its application's number: there is one outcome at most."""
        return self.application_id

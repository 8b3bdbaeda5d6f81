"""What vetters ask and decide."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import User
from campaigns.kit import clock, db
from campaigns.student.models.person import OfPerson, Personal
from campaigns.student.states import REASONS, Reason, Verdict

FITS = " OR ".join(
    f"verdict = '{verdict.value}' AND reason IN ({', '.join(repr(reason.value) for reason in reasons)})"
    for verdict, reasons in REASONS.items()
)


class Question(OfPerson, db.Model):
    """What a vetter asked the student, and the answer once there is one."""

    __tablename__ = "application_question"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    text = Personal()
    text_sealed: Mapped[str | None] = mapped_column("text", sa.Text)
    answer = Personal()
    answer_sealed: Mapped[str | None] = mapped_column("answer", sa.Text)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]


class Decision(OfPerson, db.Model):
    """What one vetter said of an application. Two approvals by two people approve it."""

    __tablename__ = "application_decision"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"))
    round: Mapped[int] = mapped_column(default=1)  # a new round begins when more information was given
    voter_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"), index=True)
    voter_email: Mapped[str] = mapped_column(sa.String(254))  # canonical: one person behind two accounts is one
    # Copied so that the database can refuse somebody who vets their own application.
    applicant_user_id: Mapped[int | None] = mapped_column(db.Key)
    verdict: Mapped[Verdict] = mapped_column(db.enum(Verdict))
    reason: Mapped[Reason] = mapped_column(db.enum(Reason))
    note = Personal()  # for the team only
    note_sealed: Mapped[str | None] = mapped_column("note", sa.Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    voter: Mapped[User] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("application_id", "round", "voter_id"),
        sa.UniqueConstraint("application_id", "round", "voter_email"),
        sa.CheckConstraint("applicant_user_id IS NULL OR voter_id <> applicant_user_id", name="not_own"),
        sa.CheckConstraint(FITS, name="reason_fits"),
    )

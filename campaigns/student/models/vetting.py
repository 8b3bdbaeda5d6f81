"""What vetters ask, what is decided, and what a student says against it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import User
from campaigns.kit import clock, db
from campaigns.student.models.guards import refuse
from campaigns.student.models.person import OfPerson, Personal
from campaigns.student.states import REASONS, Reason, Verdict

FITS = " OR ".join(
    f"verdict = '{verdict.value}' AND reason IN ({', '.join(repr(reason.value) for reason in reasons)})"
    for verdict, reasons in REASONS.items()
)
SENT: Any = sa.text("letter IS NOT NULL")


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
    """What was decided in a round, by whom and why, with the letter that the student reads.

    A row without a letter is from the time before score sheets: what one of two people said.
    """

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
    letter = Personal()
    letter_sealed: Mapped[str | None] = mapped_column("letter", sa.Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    voter: Mapped[User] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("application_id", "round", "voter_id"),
        sa.UniqueConstraint("application_id", "round", "voter_email"),
        sa.Index(
            "uq_application_decision_letter",
            "application_id",
            "round",
            unique=True,
            sqlite_where=SENT,
            postgresql_where=SENT,
        ),
        sa.CheckConstraint("applicant_user_id IS NULL OR voter_id <> applicant_user_id", name="not_own"),
        sa.CheckConstraint(FITS, name="reason_fits"),
    )


class Appeal(OfPerson, db.Model):
    """What a student said against being declined; once, so the application is its key."""

    __tablename__ = "appeal"

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    round: Mapped[int]  # in which it was declined; who had a hand in it up to then keeps out of what follows
    text = Personal()
    text_sealed: Mapped[str | None] = mapped_column("text", sa.Text)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)


class Submission(OfPerson, db.Model):
    """What an application said when it was sent, so that those who read it again see what has changed."""

    __tablename__ = "application_submission"

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    content = Personal()  # JSON: the words of each field by its name
    content_sealed: Mapped[str | None] = mapped_column("content", sa.Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)


refuse(
    Decision.__table__,
    {
        "nobody decides with a conflict of interest": "EXISTS (SELECT 1 FROM conflict_of_interest c "
        "WHERE c.application_id = NEW.application_id AND c.user_id = NEW.voter_id AND c.overruled_at IS NULL "
        "AND c.kind <> 'saw_identity')",
        "nobody decides an appeal against themselves": "EXISTS (SELECT 1 FROM appeal p "
        "WHERE p.application_id = NEW.application_id AND p.round < NEW.round AND (EXISTS (SELECT 1 FROM score_sheet s "
        "WHERE s.application_id = p.application_id AND s.round <= p.round "
        "AND (s.vetter_id = NEW.voter_id OR s.vetter_email = NEW.voter_email)) "
        "OR EXISTS (SELECT 1 FROM application_decision d WHERE d.application_id = p.application_id "
        "AND d.round <= p.round AND (d.voter_id = NEW.voter_id OR d.voter_email = NEW.voter_email))))",
    },
)

"""Applications and what stands behind them.

`Application` holds what may be shown to those who vet and, as alias and region, to the public.
Who the student is stands in `Identity`, sealed, in a table that no public query joins.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation, User
from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.student.states import MOVES, REASONS, ConsentEvent, NeedKind, Purpose, Reason, Stage, Verdict

MAJORITY = 18
FITS = " OR ".join(
    f"verdict = '{verdict.value}' AND reason IN ({', '.join(repr(reason.value) for reason in reasons)})"
    for verdict, reasons in REASONS.items()
)


class Application(db.Model):
    """A student's request for support to one community."""

    __tablename__ = "application"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(16), unique=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)  # of the short code that resumes it
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # the community
    applicant_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    # As typed, where the school is not listed; two approvals make it an organisation.
    school_name: Mapped[str | None] = mapped_column(sa.String(200))
    school_country: Mapped[str | None] = mapped_column(sa.String(2))
    stage: Mapped[Stage] = mapped_column(db.enum(Stage), default=Stage.DRAFT)
    round: Mapped[int] = mapped_column(default=1)  # of decisions; a new one begins when things have changed
    alias: Mapped[str] = mapped_column(sa.String(60))
    country: Mapped[str | None] = mapped_column(sa.String(2))
    region: Mapped[str | None] = mapped_column(sa.String(80))
    level: Mapped[str | None] = mapped_column(sa.String(80))  # what is studied: "Secondary, year 3"
    is_minor: Mapped[bool] = mapped_column(default=True)
    story: Mapped[str] = mapped_column(sa.Text, default="")  # in the student's own words, for vetters
    currency: Mapped[str] = mapped_column(sa.String(3), default="EUR")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    # Canonical address of the applicant, used to find a vetter who is the applicant.
    applicant_email: Mapped[str | None] = mapped_column(crypto.Sealed)

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id], lazy="raise")
    school: Mapped[Organisation | None] = relationship(foreign_keys=[school_id], lazy="raise")
    needs: Mapped[list["Need"]] = relationship(lazy="raise", order_by="Need.id", back_populates="application")
    decisions: Mapped[list["Decision"]] = relationship(lazy="raise", order_by="Decision.id")
    questions: Mapped[list["Question"]] = relationship(lazy="raise", order_by="Question.id")

    __table_args__ = (sa.Index("ix_application_organisation_id_stage_id", "organisation_id", "stage", "id"),)

    def move_to(self, stage: Stage) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MOVES, self.stage, stage)
        self.stage = stage

    @property
    def current_decisions(self) -> list["Decision"]:
        """What was said in this round; `decisions` must be loaded."""
        return [decision for decision in self.decisions if decision.round == self.round]

    @property
    def taken_emails(self) -> frozenset[str]:
        """Canonical addresses of the applicant and of this round's voters; `decisions` must be loaded."""
        voters = frozenset(decision.voter_email for decision in self.current_decisions)
        return voters | {self.applicant_email} if self.applicant_email else voters

    @property
    def open_question(self) -> "Question | None":
        """What a vetter asked and the student has not answered yet; `questions` must be loaded."""
        return next((question for question in self.questions if question.answered_at is None), None)

    @property
    def total(self) -> Money:
        """What all needs come to; `needs` must be loaded."""
        return sum((need.money for need in self.needs), Money.zero(self.currency))

    @property
    def school_label(self) -> str:
        """The school's name, listed or as typed; `school` must be loaded."""
        return self.school.name if self.school else self.school_name or ""


class Identity(db.Model):
    """Who the student is. Sealed; read only by those who vet, never by public code."""

    __tablename__ = "application_identity"

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    legal_name: Mapped[str | None] = mapped_column(crypto.Sealed)
    birth_date: Mapped[str | None] = mapped_column(crypto.Sealed)  # ISO 8601
    contact: Mapped[str | None] = mapped_column(crypto.Sealed)  # phone or e-mail, if any
    guardian_name: Mapped[str | None] = mapped_column(crypto.Sealed)
    guardian_relation: Mapped[str | None] = mapped_column(sa.String(40))
    guardian_contact: Mapped[str | None] = mapped_column(crypto.Sealed)

    @property
    def born(self) -> date | None:
        """The birth date."""
        return date.fromisoformat(self.birth_date) if self.birth_date else None

    @property
    def comes_of_age(self) -> date | None:
        """The 18th birthday; 1 March for who was born on 29 February."""
        if self.born is None:
            return None
        if (self.born.month, self.born.day) == (2, 29):
            return date(self.born.year + MAJORITY, 3, 1)
        return self.born.replace(year=self.born.year + MAJORITY)

    @property
    def is_minor(self) -> bool:
        """Under 18 today, or not known to be older."""
        return self.comes_of_age is None or clock.today() < self.comes_of_age


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


class Question(db.Model):
    """What a vetter asked the student, and the answer once there is one."""

    __tablename__ = "application_question"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]


class Decision(db.Model):
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
    note: Mapped[str] = mapped_column(sa.Text, default="")  # for the team only
    at: Mapped[datetime] = mapped_column(default=clock.now)

    voter: Mapped[User] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("application_id", "round", "voter_id"),
        sa.UniqueConstraint("application_id", "round", "voter_email"),
        sa.CheckConstraint("applicant_user_id IS NULL OR voter_id <> applicant_user_id", name="not_own"),
        sa.CheckConstraint(FITS, name="reason_fits"),
    )


class Consent(db.Model):
    """One event in the trail of consent, append-only; the latest for a purpose is what holds."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"))
    purpose: Mapped[Purpose] = mapped_column(db.enum(Purpose))
    event: Mapped[ConsentEvent] = mapped_column(db.enum(ConsentEvent))
    by_guardian: Mapped[bool]
    giver_name: Mapped[str] = mapped_column(crypto.Sealed)  # the student's or the guardian's
    relation: Mapped[str] = mapped_column(sa.String(40))
    checked_how: Mapped[str | None] = mapped_column(sa.String(200))
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    wording: Mapped[str] = mapped_column(sa.Text)
    wording_hash: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(8), default="en")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]  # at most 12 months on

    __table_args__ = (sa.Index("ix_consent_application_id_purpose_id", "application_id", "purpose", "id"),)


db.append_only(Consent.__table__)  # type: ignore[arg-type]  # declared as FromClause, is a Table

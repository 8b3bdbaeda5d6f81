"""What a student asks a community for, without who the student is."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.student.models.before_panel import BeforePanel
from campaigns.student.models.person import Personal, PersonKey
from campaigns.student.states import MOVES, HelperRole, Stage, Verdict

if TYPE_CHECKING:
    from campaigns.student.models.conflict import Conflict
    from campaigns.student.models.need import Need
    from campaigns.student.models.panel import Assignment, ScoreSheet
    from campaigns.student.models.request import ConfirmationRequest
    from campaigns.student.models.vetting import Appeal, Decision, Question


READY = sa.text("stage IN ('appealed', 'in_review') AND recommended IS NOT NULL")


class Application(BeforePanel, db.Model):
    """A student's request for support to one community."""

    __tablename__ = "application"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(16), unique=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)  # of the short code that resumes it
    secret_hash: Mapped[str | None] = mapped_column(sa.String(200))  # argon2id, of what the student chose
    tries: Mapped[int] = mapped_column(default=0)  # wrong secrets, the latest of them `tried_at`
    tried_at: Mapped[datetime | None]
    lock_no: Mapped[int] = mapped_column(default=0)  # a browser that opened it under an earlier one has to do so anew
    reset_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # of a code that opens it once
    reset_until: Mapped[datetime | None]
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
    minor_checked_on: Mapped[date | None]  # when it was last asked whether the student has come of age
    story = Personal()  # in the student's own words, for vetters
    story_sealed: Mapped[str | None] = mapped_column("story", sa.Text)
    currency: Mapped[str] = mapped_column(sa.String(3), default="EUR")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    touched_at: Mapped[datetime | None]  # when the student last changed it: a draft nobody goes on with is forgotten
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    stage_since: Mapped[datetime] = mapped_column(default=clock.now)  # when it came into the stage it is in
    reminded_at: Mapped[datetime | None]  # when whoever is late in this stage was reminded last
    reminders: Mapped[int] = mapped_column(default=0)
    # Canonical address of the applicant, used to find a vetter who is the applicant.
    applicant_email = Personal()
    applicant_email_sealed: Mapped[str | None] = mapped_column("applicant_email", sa.Text)

    # What the sheets of this round come to, once all are in; the waiting list goes by the score.
    score: Mapped[int | None]
    recommended: Mapped[Verdict | None] = mapped_column(db.enum(Verdict))
    # Who entered it for the student, if somebody did; found as a vetter with a conflict.
    helper_role: Mapped[HelperRole | None] = mapped_column(db.enum(HelperRole))
    helper_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    helper_email = Personal()  # canonical
    helper_email_sealed: Mapped[str | None] = mapped_column("helper_email", sa.Text)
    handed_over_at: Mapped[datetime | None]  # to the student, who alone goes on
    confirmed_at: Mapped[datetime | None]  # when the student said that what was entered is right

    person_key: Mapped[PersonKey] = relationship(lazy="joined", uselist=False)
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id], lazy="raise")
    school: Mapped[Organisation | None] = relationship(foreign_keys=[school_id], lazy="raise")
    needs: Mapped[list["Need"]] = relationship(lazy="raise", order_by="Need.id", back_populates="application")
    decisions: Mapped[list["Decision"]] = relationship(lazy="select", order_by="Decision.id")
    questions: Mapped[list["Question"]] = relationship(lazy="raise", order_by="Question.id")
    # Who was asked to confirm it: fetched where it is looked at, by who asks and by who wants to vet.
    requests: Mapped[list["ConfirmationRequest"]] = relationship(
        lazy="select", order_by="ConfirmationRequest.id", viewonly=True
    )

    # Asked for whenever somebody wants to touch the application: fetched once where they were not loaded with it.
    conflicts: Mapped[list["Conflict"]] = relationship(lazy="select", order_by="Conflict.id")
    assignments: Mapped[list["Assignment"]] = relationship(lazy="select", order_by="Assignment.id")
    sheets: Mapped[list["ScoreSheet"]] = relationship(lazy="select", order_by="ScoreSheet.id")
    appeal: Mapped["Appeal | None"] = relationship(lazy="select")

    __table_args__ = (
        sa.Index("ix_application_organisation_id_stage_id", "organisation_id", "stage", "id"),
        sa.Index("ix_application_stage_stage_since", "stage", "stage_since"),
        # The list of a community goes by the number; how many are in each stage is read from an index alone.
        sa.Index("ix_application_organisation_id_id", "organisation_id", "id"),
        sa.Index("ix_application_organisation_id_stage_applicant", "organisation_id", "stage", "applicant_user_id"),
        # Those scored and not decided, few among many; `queries.is_ready` says it in the same words.
        sa.Index("ix_application_ready", "organisation_id", "id", sqlite_where=READY, postgresql_where=READY),
        sa.Index("ix_application_helper_user_id", "helper_user_id"),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        sa.CheckConstraint("(score IS NULL) = (recommended IS NULL)", name="scored"),
        sa.CheckConstraint("tries >= 0 AND (tries = 0 OR tried_at IS NOT NULL)", name="tries"),
        sa.CheckConstraint("(reset_hash IS NULL) = (reset_until IS NULL)", name="reset"),
        sa.CheckConstraint("handed_over_at IS NULL OR helper_role IS NOT NULL", name="handed_over"),
        sa.CheckConstraint("confirmed_at IS NULL OR handed_over_at IS NOT NULL", name="confirmed"),
        sa.CheckConstraint("helper_role IS NULL OR handed_over_at IS NOT NULL OR stage = 'draft'", name="helped"),
    )

    def __init__(self, **given: Any) -> None:
        """A new application, with the key under which all that is known of its student is sealed."""
        super().__init__(person_key=PersonKey())
        super().__init__(**given)

    @property
    def application_id(self) -> int:
        """Itself: what is known of a person names the application it belongs to."""
        return self.id

    def move_to(self, stage: Stage) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MOVES, self.stage, stage)
        self.stage, self.stage_since = stage, clock.now()
        self.reminded_at, self.reminders = None, 0

    @property
    def with_helper(self) -> bool:
        """A helper is entering it; the student has not got it yet."""
        return self.helper_role is not None and self.handed_over_at is None

    @property
    def current_decisions(self) -> list["Decision"]:
        """What was said in this round; `decisions` must be loaded."""
        return [decision for decision in self.decisions if decision.round == self.round]

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

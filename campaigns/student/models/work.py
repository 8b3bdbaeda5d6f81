"""What a student made and shows, and the name under which, once they are of age."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.states import Role
from campaigns.file.models import File
from campaigns.kit import clock, db, text
from campaigns.kit.states import check_move
from campaigns.student.models.application import Application
from campaigns.student.models.person import OfPerson, Personal
from campaigns.student.states import WORK_MOVES, WorkKind, WorkReturn, WorkState

OFFICER = f"'{Role.SAFEGUARDING_OFFICER.value}'"


class Work(OfPerson, db.Model):
    """One work. Two people, one of them a safeguarding officer, approve its very content; any edit voids that."""

    __tablename__ = "work"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(16), unique=True)
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)  # the form it was made with
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    # Copied so that the database can refuse a student who approves their own work.
    applicant_user_id: Mapped[int | None] = mapped_column(db.Key)
    kind: Mapped[WorkKind] = mapped_column(db.enum(WorkKind))
    title = Personal()
    title_sealed: Mapped[str | None] = mapped_column("title", sa.Text)
    text = Personal()
    text_sealed: Mapped[str | None] = mapped_column("text", sa.Text)
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"), unique=True)
    alt = Personal()  # what the picture shows, for who cannot see it
    alt_sealed: Mapped[str | None] = mapped_column("alt", sa.Text)
    shows_me: Mapped[bool] = mapped_column(default=False)  # then it needs consent to a picture as well
    is_own: Mapped[bool] = mapped_column(default=False)  # the student says that they made it
    state: Mapped[WorkState] = mapped_column(db.enum(WorkState), default=WorkState.DRAFT)
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    approved_hash: Mapped[str | None] = mapped_column(sa.String(64))  # of what was approved
    first_approver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    first_approver_role: Mapped[Role | None] = mapped_column(sa.String(32))
    second_approver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    second_approver_role: Mapped[Role | None] = mapped_column(sa.String(32))
    returned_because: Mapped[WorkReturn | None] = mapped_column(db.enum(WorkReturn))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(lazy="raise")
    file: Mapped[File | None] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint(
            "state <> 'published' OR (first_approver_id IS NOT NULL AND second_approver_id IS NOT NULL"
            " AND approved_hash IS NOT NULL AND approved_hash = content_hash AND published_at IS NOT NULL)",
            name="approved",
        ),
        sa.CheckConstraint("second_approver_id IS NULL OR second_approver_id <> first_approver_id", name="two_people"),
        sa.CheckConstraint("second_approver_id IS NULL OR first_approver_id IS NOT NULL", name="in_order"),
        sa.CheckConstraint(
            "second_approver_id IS NULL OR (first_approver_role IS NOT NULL AND second_approver_role IS NOT NULL"
            f" AND (first_approver_role = {OFFICER} OR second_approver_role = {OFFICER}))",
            name="an_officer",
        ),
        sa.CheckConstraint(
            "applicant_user_id IS NULL OR ((first_approver_id IS NULL OR first_approver_id <> applicant_user_id)"
            " AND (second_approver_id IS NULL OR second_approver_id <> applicant_user_id))",
            name="not_own",
        ),
        sa.CheckConstraint("state = 'draft' OR is_own", name="own"),
        sa.CheckConstraint("state = 'draft' OR text IS NOT NULL OR file_id IS NOT NULL", name="something"),
        sa.CheckConstraint("file_id IS NOT NULL OR NOT shows_me", name="shows_me"),
        sa.Index("ix_work_organisation_id_state_id", "organisation_id", "state", "id"),
        sa.Index("ix_work_state_published_at_id", "state", "published_at", "id"),
    )

    def move_to(self, state: WorkState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(WORK_MOVES, self.state, state)
        self.state = state

    def fingerprint(self) -> str:
        """A hash of all that a visitor would see; `file` must be loaded."""
        picture = f"{self.file.sha256}:{self.shows_me}" if self.file else ""
        return text.content_hash(self.kind.value, self.title or "", self.text or "", picture, self.alt or "")

    def void(self) -> None:
        """Take back what was approved."""
        self.approved_hash = self.first_approver_id = self.first_approver_role = None
        self.second_approver_id = self.second_approver_role = None


class ShowcaseName(OfPerson, db.Model):
    """The name under which a student of age shows their work, instead of the alias. There is none for a minor."""

    __tablename__ = "showcase_name"

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    name = Personal()
    name_sealed: Mapped[str | None] = mapped_column("name", sa.Text)
    chosen_at: Mapped[datetime] = mapped_column(default=clock.now)

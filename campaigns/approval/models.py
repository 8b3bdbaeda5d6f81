"""One text, by its hash, and the two people who have read and approved it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import User
from campaigns.account.states import Role
from campaigns.approval.states import Subject
from campaigns.kit import clock, db

DIFFERS = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}
READERS = "'organiser', 'member', 'vetter', 'safeguarding_officer', 'moderator'"
ROLE = sa.Enum(Role, values_callable=lambda roles: [role.value for role in roles], native_enum=False, length=32)
OFFICER = Role.SAFEGUARDING_OFFICER.value


class Approval(db.Model):
    """Who has approved exactly this text. Both give their role and their answers as they were that day."""

    __tablename__ = "approval"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    subject_type: Mapped[Subject] = mapped_column(db.enum(Subject))
    subject_id: Mapped[int] = mapped_column(db.Key)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    # Canonical addresses stand beside the accounts: one person behind two of them is one.
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    author_email: Mapped[str] = mapped_column(sa.String(254))
    first_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    first_email: Mapped[str] = mapped_column(sa.String(254))
    first_role: Mapped[Role] = mapped_column(ROLE)
    first_at: Mapped[datetime] = mapped_column(default=clock.now)
    first_answers: Mapped[dict[str, bool]] = mapped_column(sa.JSON)
    second_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    second_email: Mapped[str | None] = mapped_column(sa.String(254))
    second_role: Mapped[Role | None] = mapped_column(ROLE)
    second_at: Mapped[datetime | None]
    second_answers: Mapped[dict[str, bool] | None] = mapped_column(sa.JSON(none_as_null=True))
    voided_at: Mapped[datetime | None]  # the text was changed or sent back

    first_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[first_by_id])

    __table_args__ = (
        sa.CheckConstraint(
            "author_id <> first_by_id AND (second_by_id IS NULL OR second_by_id NOT IN (first_by_id, author_id))",
            name="three_accounts",
        ),
        sa.CheckConstraint(
            "author_email <> first_email AND (second_email IS NULL OR second_email NOT IN (first_email, author_email))",
            name="three_people",
        ),
        sa.CheckConstraint(
            "(second_by_id IS NULL) = (second_at IS NULL) AND (second_by_id IS NULL) = (second_role IS NULL)"
            " AND (second_by_id IS NULL) = (second_email IS NULL)"
            " AND (second_by_id IS NULL) = (second_answers IS NULL)",
            name="second_whole",
        ),
        sa.CheckConstraint("second_at IS NULL OR second_at >= first_at", name="in_order"),
        sa.CheckConstraint(
            f"first_role IN ({READERS}) AND (second_role IS NULL OR second_role IN ({READERS}))", name="roles"
        ),
        sa.CheckConstraint(
            f"second_at IS NULL OR first_role = '{OFFICER}' OR second_role = '{OFFICER}'", name="an_officer"
        ),
        sa.Index(
            "uq_approval_subject",  # of one text there is one approval that stands
            "subject_type",
            "subject_id",
            "content_hash",
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        ),
    )

    @property
    def is_complete(self) -> bool:
        """Whether both have approved it, and nothing was changed since."""
        return self.second_at is not None and self.voided_at is None


_GIVEN = (
    *("subject_type", "subject_id", "content_hash", "author_id", "author_email"),
    *("first_by_id", "first_email", "first_role", "first_at"),
)
_LATER = ("second_by_id", "second_email", "second_role", "second_at", "voided_at")


def _keep_what_was_said() -> None:
    """What somebody has said stays: only the second's word and the end of it all are added, each once."""
    refused = "an approval stands as it was given"
    for dialect, differs in DIFFERS.items():
        changed = [f"NEW.{name} {differs} OLD.{name}" for name in _GIVEN]
        changed += [f"(OLD.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in _LATER]
        changed.append("(OLD.voided_at IS NOT NULL AND OLD.second_at IS NULL AND NEW.second_at IS NOT NULL)")
        for statement in _guard(dialect, " OR ".join(changed), refused):
            attach(Approval.__table__, dialect, statement)


def _guard(dialect: str, changed: str, refused: str) -> list[str]:
    if dialect == "sqlite":
        raised = f"BEGIN SELECT RAISE(ABORT, '{refused}'); END"
        return [
            f"CREATE TRIGGER approval_kept BEFORE UPDATE ON approval WHEN {changed} {raised}",
            f"CREATE TRIGGER approval_no_delete BEFORE DELETE ON approval {raised}",
        ]
    return [
        "CREATE OR REPLACE FUNCTION approval_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '{refused}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"ELSIF {changed} THEN RAISE EXCEPTION '{refused}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$",
        "CREATE TRIGGER approval_kept BEFORE UPDATE OR DELETE ON approval "
        "FOR EACH ROW EXECUTE FUNCTION approval_keep()",
    ]


def attach(table: Any, dialect: str, statement: str) -> None:
    """Run a statement after the table is created, on one of the databases."""
    ddl: Any = sa.DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # as in kit.db
    event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


_keep_what_was_said()


def guard_public(table: Any, subject: Subject, *, public: str, content_hash: str, reworded: str = "") -> None:
    """Let the database itself refuse a public text about a minor that no two people have approved.

    `table` has `concerns_minor` and `approval_id`. Of the row NEW, `public` says in SQL whether it may be read, and
    `content_hash` what the hash of that is. `reworded` says whether other words or pictures have taken the place of
    those of OLD, which must not be without another hash; `{differs}` in it compares as the database does.
    """
    standing = (
        f"SELECT 1 FROM approval WHERE approval.id = NEW.approval_id AND approval.subject_type = '{subject}' "  # noqa: S608
        f"AND approval.subject_id = NEW.id AND approval.content_hash = {content_hash} "
        "AND approval.second_at IS NOT NULL AND approval.voided_at IS NULL"
    )
    unread = f"NOT EXISTS ({standing})"
    before = content_hash.replace("NEW.", "OLD.")
    for dialect, differs in DIFFERS.items():
        secretly = f"({reworded.format(differs=differs)}) AND NOT ({content_hash} {differs} {before})"
        wrong = {"INSERT": unread, "UPDATE": f"({unread} OR ({secretly}))" if reworded else unread}
        for verb, what in wrong.items():
            for statement in _refuse(dialect, table.name, verb, f"{public} AND NEW.concerns_minor AND {what}"):
                attach(table, dialect, statement)


def _refuse(dialect: str, table: str, verb: str, condition: str) -> list[str]:
    trigger, refused = f"{table}_two_{verb.lower()}", "two people have to approve what is published about a minor"
    if dialect == "sqlite":
        when = f"AFTER {verb} ON {table} WHEN {condition}"
        return [f"CREATE TRIGGER {trigger} {when} BEGIN SELECT RAISE(ABORT, '{refused}'); END"]
    return [
        f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{refused}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {trigger} AFTER {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {trigger}()",
    ]

"""Imports of many applications: what was sent, how far it is, what could not be read."""

import json
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, crypto, db
from campaigns.kit.states import check_move
from campaigns.student.states.bulk import IMPORT_MOVES, ImportState


class ImportRun(db.Model):
    """One file of applications, worked off row by row. What it says of people is sealed, and cleared after use."""

    __tablename__ = "application_import"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(16), unique=True)
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)  # the form it was sent with: a double click is one
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    started_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    state: Mapped[ImportState] = mapped_column(db.enum(ImportState), default=ImportState.WAITING, index=True)
    rows_total: Mapped[int]
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_made: Mapped[int] = mapped_column(default=0)
    content: Mapped[str | None] = mapped_column(crypto.Sealed)  # JSON: [line, {column: cell}] for each row
    problems: Mapped[str | None] = mapped_column(crypto.Sealed)  # JSON: [line, column, what is wrong]
    secret: Mapped[str | None] = mapped_column(crypto.Sealed)  # the codes are made from it, so that none is stored
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("rows_done >= rows_made AND rows_done <= rows_total", name="counts"),
        sa.CheckConstraint("(state = 'waiting') = (finished_at IS NULL)", name="finished"),
        sa.CheckConstraint("state = 'waiting' OR content IS NULL", name="file_forgotten"),
    )

    def move_to(self, state: ImportState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(IMPORT_MOVES, self.state, state)
        self.state = state

    @property
    def errors(self) -> list[tuple[int, str, str]]:
        """What could not be read: line, column, what is wrong with it."""
        return [(line, column, says) for line, column, says in json.loads(self.problems or "[]")]


class ImportedRow(db.Model):
    """Which line of an import became which application; a line becomes one, however often it is tried."""

    __tablename__ = "application_import_row"

    import_id: Mapped[int] = mapped_column(sa.ForeignKey("application_import.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id", ondelete="CASCADE"), unique=True)

"""What is held about somebody, table by table: how it is told, and what becomes of it when they are forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Any

import sqlalchemy as sa

from campaigns.kit import db

SEALED = "_sealed"


class OnErasure(StrEnum):
    """What becomes of a table's rows when the person whom they are about is forgotten."""

    DELETE = "delete"
    EMPTY = "empty"  # the row stays for those who look for it, and everything in it that may be nothing is
    KEEP = "keep"  # for the reason that stands beside it
    NEUTRAL = "neutral"  # stays, with nothing personal in it: a rule of its own does that


@dataclass(frozen=True)
class Held:
    """A table whose rows are about somebody, found by the column `owner`.

    What a row says of other people's accounts is never told, nor are numbers of rows; `omit` names what else is not.
    """

    model: type[db.Base]
    title: str  # in the reader's words
    on_erasure: OnErasure
    why: str = ""
    omit: frozenset[str] = frozenset()
    owner: str = "application_id"

    @property
    def table(self) -> sa.Table:
        """The table."""
        return self.model.__table__  # type: ignore[return-value]  # declared as FromClause, is a Table


def rows_of(held: Held, owner_id: Any) -> Iterator[dict[str, Any]]:
    """What is told of each row about this owner (or these, in a list), by the columns' names; sealed ones opened."""
    names = _told(held)
    owners = owner_id if isinstance(owner_id, list) else [owner_id]
    mine = sa.select(held.model).where(held.table.c[held.owner].in_(owners))
    for row in db.session.scalars(mine.order_by(*held.table.primary_key.columns)):
        yield {name: plain(getattr(row, name)) for name in names}


def _told(held: Held) -> list[str]:
    names = []
    for attribute in sa.inspect(held.model).column_attrs:
        column = attribute.columns[0]
        if isinstance(column, sa.Column) and not column.foreign_keys and not column.primary_key:
            names.append(attribute.key.removesuffix(SEALED))
    return [name for name in names if name not in held.omit]


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else value


def erase_rows(registry: dict[str, Held], owner_id: Any) -> None:
    """Delete or empty the rows about this owner in every table that says so, those that refer to others first."""
    for table in reversed(db.Base.metadata.sorted_tables):
        held = registry.get(table.name)
        if held is None:
            continue
        if held.on_erasure is OnErasure.DELETE:
            db.session.execute(sa.delete(table).where(table.c[held.owner] == owner_id))
        elif held.on_erasure is OnErasure.EMPTY:
            nothing: dict[str, Any] = {each.name: None for each in table.columns if each.nullable}
            db.session.execute(sa.update(table).where(table.c[held.owner] == owner_id).values(nothing))
    db.session.expire_all()

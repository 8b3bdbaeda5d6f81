"""Lists by key, not by offset: no row is skipped or shown twice while rows are added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from campaigns.kit import db

SIZE = 20
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the key from which the rows after them go on (None at the end)."""

    rows: Sequence[Any]
    older: str | None


def page(
    select: "sa.Select[Any]",
    *keys: InstrumentedAttribute[Any],
    before: str | None,
    size: int = SIZE,
    rising: bool = False,
) -> Page:
    """The rows of `select` in descending order of `keys` (the last one unique) that come after `before`.

    `rising` turns the order around, for queues: the oldest first.
    `before` is the `older` of the page shown last; an unreadable one is taken for the beginning.
    The keys must be among the selected columns, or the attributes of the selected entity.
    """
    start = _read(before, keys)
    if start is not None:
        here, there = sa.tuple_(*keys), sa.tuple_(*start)
        select = select.where(here > there if rising else here < there)
    select = select.order_by(*(key.asc() if rising else key.desc() for key in keys)).limit(size + 1)
    result = db.session.execute(select)
    rows = list(result.scalars() if len(result.keys()) == 1 else result)
    older = _write(rows[size - 1], keys) if len(rows) > size else None
    return Page(rows[:size], older)


def _write(row: Any, keys: Sequence[InstrumentedAttribute[Any]]) -> str:
    values = [getattr(row, key.key) for key in keys]
    return "~".join(value.isoformat() if isinstance(value, datetime) else str(value) for value in values)


def _read(before: str | None, keys: Sequence[InstrumentedAttribute[Any]]) -> list[Any] | None:
    parts = (before or "").split("~")
    if len(parts) != len(keys):
        return None
    try:
        values = [_value(part, key) for part, key in zip(parts, keys, strict=True)]
    except (ValueError, OverflowError):
        return None
    return [sa.literal(value, key.type) for value, key in zip(values, keys, strict=True)]


def _value(part: str, key: InstrumentedAttribute[Any]) -> Any:
    if isinstance(key.type, db.UtcDateTime):
        moment = datetime.fromisoformat(part)
        if moment.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return moment.astimezone(UTC)
    return _number(part) if isinstance(key.type, sa.Integer) else part


def _number(part: str) -> int:
    number = int(part)
    if abs(number) > LARGEST:
        raise ValueError("a number that no database has")
    return number

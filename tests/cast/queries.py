"""Counting what a page asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


class Statements(list[str]):
    """The statements sent within a `counting()` block, in order."""

    def matching(self, words: str) -> list[str]:
        """Those that contain `words`, in any case."""
        return [statement for statement in self if words.lower() in statement.lower()]


@contextmanager
def counting() -> Iterator[Statements]:
    """Collect every SQL statement sent within the block; opening and closing transactions not counted."""
    sent = Statements()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.upper().startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def at_most(limit: int) -> Iterator[Statements]:
    """Fail where the block sends more than `limit` statements, and list them."""
    with counting() as sent:
        yield sent
    assert len(sent) <= limit, f"{len(sent)} statements, at most {limit}:\n" + "\n".join(sent)

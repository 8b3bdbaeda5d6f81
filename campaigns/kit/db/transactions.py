"""The session: one a request, one transaction; what is read, written and done after it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.exceptions import NotFound

from campaigns.kit.db.columns import Amount, Base
from campaigns.kit.db.engine import prepare

T = TypeVar("T")

sql = SQLAlchemy(model_class=Base)
session = sql.session
if TYPE_CHECKING:
    Model = Base
else:
    Model = sql.Model


def init_app(app: Flask) -> None:
    """Connect the app to its database. Raises RuntimeError where the SQLite library is too old."""
    sql.init_app(app)
    with app.app_context():
        prepare(sql.engine)


@contextmanager
def transaction() -> Iterator[None]:
    """Commit at the end of the block, roll back on any exception: for jobs and commands."""
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def one_or_404(select: "sa.Select[T]") -> T:
    """The one row of a scoped select; 404 where there is none, so that nobody learns it exists."""
    found = session.scalars(select).one_or_none()
    if found is None:
        raise NotFound()
    return found


def is_transient(error: sa.exc.DBAPIError) -> bool:
    """Whether the fault may pass by itself: locked, full, unreachable, timed out.

    A refused row may not, whatever words stand in it.
    """
    if not isinstance(error, sa.exc.OperationalError | sa.exc.InternalError):
        return False
    text = str(error.orig).lower()
    passing = ("locked", "busy", "full", "disk i/o", "unable to open", "readonly", "timeout", "deadlock")
    return error.connection_invalidated or "connect" in text or any(word in text for word in passing)


def insert(model: type[Base]) -> "postgresql.Insert | sqlite_dialect.Insert":
    """An INSERT that knows `on_conflict_do_nothing`, for the database in use, into the bare table.

    Values go by column; what this session has pending is written first. Bare, because an INSERT
    through the mapper costs several times as much.
    """
    session.flush()
    table: Any = model.__table__
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite_dialect.insert(table)


def insert_once(model: type[Base], *, unless: Sequence[str], **values: Any) -> int | None:
    """Insert a row and return its id; None, and nothing written, where one with the same `unless` is there."""
    table: Any = model.__table__
    new = insert(model).values(**values).on_conflict_do_nothing(index_elements=unless)
    made: int | None = session.execute(new.returning(table.c.id)).scalar()
    return made


def total(amounts: "sa.ColumnElement[int] | InstrumentedAttribute[int]") -> sa.ColumnElement[int]:
    """The sum of amounts as a whole number, 0 for none: PostgreSQL's own sum of big integers is a decimal."""
    return sa.cast(sa.func.coalesce(sa.func.sum(amounts), 0), Amount)


def after_commit(name: str, work: Callable[[], None]) -> None:
    """Do `work` once, however often it is named, when this transaction is committed; never if it is not."""
    session.info.setdefault("after_commit", {})[name] = work


def _run_after_commit(current: Any) -> None:
    if current.in_nested_transaction():  # a savepoint was released; the transaction goes on
        return
    for work in current.info.pop("after_commit", {}).values():
        work()


def _forget_after_commit(current: Any) -> None:
    if current.in_nested_transaction():  # back to a savepoint; a sweep too many does no harm
        return
    current.info.pop("after_commit", None)


event.listen(session, "after_commit", _run_after_commit)
event.listen(session, "after_rollback", _forget_after_commit)

"""The database: one session a request, one transaction, committed at the edge.

SQLite through pysqlite3 (the standard library's build may corrupt a WAL database) or PostgreSQL
through psycopg 3. Writing transactions take SQLite's write lock at once (`BEGIN IMMEDIATE`), so
that nobody fails halfway with a stale snapshot; `reading()` opens one that only reads.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import pysqlite3.dbapi2 as sqlite
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, registry
from sqlalchemy.schema import Table
from sqlalchemy.types import TypeDecorator
from werkzeug.exceptions import NotFound

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

OLDEST_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 4_000

_reading: ContextVar[bool] = ContextVar("reading", default=False)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored without a zone in UTC and given back timezone-aware."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """What is stored: UTC without a zone. Raises ValueError for a moment that names none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """What was stored, in UTC by name."""
        return None if value is None else value.replace(tzinfo=UTC)


NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table shares: constraint names, and moments by annotation."""

    registry = registry(metadata=sa.MetaData(naming_convention=NAMES), type_annotation_map={datetime: UtcDateTime})


sql = SQLAlchemy(model_class=Base)
session = sql.session
if TYPE_CHECKING:
    Model = Base
else:
    Model = sql.Model


class HasId(Protocol):
    """Any saved row."""

    @property
    def id(self) -> Any:
        """Its number."""
        ...


# Amounts are whole minor units and may exceed 32 bits; SQLite needs INTEGER for its own row ids.
Amount = sa.BigInteger
Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def enum(states: type[E], name: str = "") -> sa.Enum:
    """A column that stores the enum's values, checked by the database on both engines.

    The second column of one kind in a table gives its check a `name` of its own.
    """
    return sa.Enum(
        states,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name or states.__name__.lower(),
    )


def engine_options(url: str) -> dict[str, Any]:
    """What SQLAlchemy's engine needs for this database, beyond its address."""
    # What people typed stays out of error messages, and so out of the logs.
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "module": sqlite, "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
    limits = f"-c lock_timeout={BUSY_TIMEOUT_MS} -c statement_timeout=15000 -c timezone=UTC"
    return {"hide_parameters": True, "pool_pre_ping": True, "connect_args": {"options": limits, "connect_timeout": 4}}


def init_app(app: Flask) -> None:
    """Connect the app to its database. Raises RuntimeError where the SQLite library is too old."""
    sql.init_app(app)
    with app.app_context():
        prepare(sql.engine)


def prepare(engine: Engine) -> None:
    """Set up each connection; refuse a SQLite that is too old to be trusted with money."""
    if engine.dialect.name != "sqlite":
        return
    if sqlite.sqlite_version_info < OLDEST_SQLITE:
        raise RuntimeError(f"SQLite {sqlite.sqlite_version} is too old; {OLDEST_SQLITE} is needed")
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)


def _prepare_connection(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event opens the transaction
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = FULL",
        "cache_size = -16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")


@contextmanager
def reading() -> Iterator[None]:
    """Transactions that begin within the block only read, and wait for no writer."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def set_reading(only: bool) -> None:
    """Say for the rest of this context whether it only reads: the edge does, by the request's method."""
    _reading.set(only)


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


def append_only(table: Table) -> None:
    """Refuse UPDATE and DELETE on this table, by triggers, on both databases."""
    for dialect, statements in (("sqlite", sqlite_guard(table.name)), ("postgresql", postgres_guard(table.name))):
        for statement in statements:
            # DDL interpolates with %, as in "%(table)s"
            guard: Any = sa.DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", guard.execute_if(dialect=dialect))


def sqlite_guard(table: str) -> list[str]:
    """The triggers that make a table append-only on SQLite."""
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def postgres_guard(table: str) -> list[str]:
    """The function and triggers that make a table append-only on PostgreSQL."""
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]


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

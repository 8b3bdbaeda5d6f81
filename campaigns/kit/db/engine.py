"""How a connection is opened, and how its transactions begin."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

OLDEST_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 4_000

_reading: ContextVar[bool] = ContextVar("reading", default=False)


def engine_options(url: str) -> dict[str, Any]:
    """What SQLAlchemy's engine needs for this database, beyond its address."""
    # What people typed stays out of error messages, and so out of the logs.
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "module": sqlite, "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
    limits = f"-c lock_timeout={BUSY_TIMEOUT_MS} -c statement_timeout=15000 -c timezone=UTC"
    return {"hide_parameters": True, "pool_pre_ping": True, "connect_args": {"options": limits, "connect_timeout": 4}}


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

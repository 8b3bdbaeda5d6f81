"""The database: one session a request, one transaction, committed at the edge.

SQLite through pysqlite3 (the standard library's build may corrupt a WAL database) or PostgreSQL
through psycopg 3. Writing transactions take SQLite's write lock at once (`BEGIN IMMEDIATE`), so
that nobody fails halfway with a stale snapshot; `reading()` opens one that only reads.
"""

from campaigns.kit.db.columns import Amount, Base, HasId, Key, UtcDateTime, enum
from campaigns.kit.db.engine import engine_options, prepare, reading, set_reading
from campaigns.kit.db.guards import append_only, postgres_guard, sqlite_guard
from campaigns.kit.db.transactions import (
    Model,
    after_commit,
    init_app,
    insert,
    insert_once,
    is_transient,
    one_or_404,
    session,
    sql,
    total,
    transaction,
)

__all__ = [
    "Amount",
    "Base",
    "HasId",
    "Key",
    "Model",
    "UtcDateTime",
    "after_commit",
    "append_only",
    "engine_options",
    "enum",
    "init_app",
    "insert",
    "insert_once",
    "is_transient",
    "one_or_404",
    "postgres_guard",
    "prepare",
    "reading",
    "session",
    "set_reading",
    "sql",
    "sqlite_guard",
    "total",
    "transaction",
]

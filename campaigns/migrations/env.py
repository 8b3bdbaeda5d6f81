"""Run by Alembic, through `flask db`: connects the migrations with the app's database and models."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from campaigns.kit import crypto, db
from campaigns.migrations import guards

METADATA = db.sql.metadata


def _render_item(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Own column types as what they are to the database, so that old migrations import nothing of ours."""
    if kind == "type" and isinstance(item, db.UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, crypto.Sealed):
        return "sa.Text()"
    return False


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return guards.is_ours(name, kind, METADATA)


def _revise(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if directives and directives[0].upgrade_ops.is_empty():
        if getattr(context.config.cmd_opts, "autogenerate", False):  # `check` wants its empty answer back
            directives[:] = []
    elif directives:
        guards.add_statements(directives[0], METADATA)


def _options(given: dict[str, Any]) -> dict[str, Any]:
    return given | {
        "target_metadata": METADATA,
        "render_item": _render_item,
        "include_name": _is_ours,
        "process_revision_directives": _revise,
        "transactional_ddl": True,  # all of a migration or nothing, on SQLite as well: our driver begins transactions
    }


def _foreign_keys(connection: Connection, on: bool) -> None:
    """SQLite rebuilds a table to alter it, which its references must survive; they are checked afterwards."""
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.dbapi_connection
        raw.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("this migration leaves rows that refer to nothing")


def _online(options: dict[str, Any]) -> None:
    with db.sql.engine.connect() as connection:
        _foreign_keys(connection, on=False)
        try:
            context.configure(connection=connection, **options)
            with context.begin_transaction():
                context.run_migrations()
                _check_references(connection)
        finally:
            connection.rollback()
            _foreign_keys(connection, on=True)


def _offline(options: dict[str, Any]) -> None:
    url = sa.make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    context.configure(url=url, literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()


_given = _options(current_app.extensions["migrate"].configure_args)
if context.is_offline_mode():
    _offline(_given)
else:
    _online(_given)

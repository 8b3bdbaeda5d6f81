"""Tables that only grow, by triggers of the database."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.schema import Table


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

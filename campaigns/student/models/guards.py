"""Rows that a table refuses, said in SQL that both databases read: what no CHECK or foreign key can express."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event


def refuse(table: Any, when: Mapping[str, str]) -> None:
    """Refuse to insert a row where a condition holds; each is named by what the database then says.

    A condition is SQL over the new row, `NEW`. It is refused as an integrity error on both databases.
    """
    for dialect, statements in (("sqlite", _sqlite(table.name, when)), ("postgresql", _postgres(table.name, when))):
        for statement in statements:
            guard: Any = sa.DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", guard.execute_if(dialect=dialect))


def _sqlite(table: str, when: Mapping[str, str]) -> list[str]:
    checks = " ".join(f"SELECT RAISE(ABORT, '{says}') WHERE {condition};" for says, condition in when.items())
    return [f"CREATE TRIGGER {table}_refuses BEFORE INSERT ON {table} BEGIN {checks} END"]


def _postgres(table: str, when: Mapping[str, str]) -> list[str]:
    checks = " ".join(
        f"IF {condition} THEN RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        for says, condition in when.items()
    )
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {checks} RETURN NEW; END $$",
        f"CREATE TRIGGER {table}_refuses BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuses()",
    ]

"""What a table carries beside its columns (triggers, full-text tables), written into its migration.

Models attach such statements to `after_create`, per database. Autogeneration knows nothing of them,
so a revision that creates a table gets them as `op.only_on("sqlite", "CREATE TRIGGER …")`, with the
text as it is on that day. A migration that rebuilds a guarded table on SQLite (batch mode) drops
its triggers and has to write them again; `tests/test_migrations.py` compares the two.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import renderers
from alembic.operations import MigrateOperation, Operations
from alembic.operations.ops import CreateTableOp, DropTableOp, MigrationScript, OpContainer
from sqlalchemy.sql.ddl import DDL


@Operations.register_operation("only_on")
class OnlyOnOp(MigrateOperation):
    """A statement for one of the databases."""

    def __init__(self, dialect: str, statement: str) -> None:
        self.dialect = dialect
        self.statement = statement

    @classmethod
    def only_on(cls, operations: Operations, dialect: str, statement: str) -> Any:
        """Run `statement` where the database is `dialect`, and nothing elsewhere."""
        return operations.invoke(cls(dialect, statement))

    def reverse(self) -> "OnlyOnOp":
        """Nothing to do: what a table carries goes with it."""
        return OnlyOnOp("", "")


@Operations.implementation_for(OnlyOnOp)
def _run(operations: Operations, operation: OnlyOnOp) -> None:
    if operations.get_context().dialect.name == operation.dialect:
        # DDL interpolates with %, as in "%(table)s"
        operations.execute(DDL(operation.statement.replace("%", "%%")))  # type: ignore[no-untyped-call]


@renderers.dispatch_for(OnlyOnOp)
def _render(_context: object, operation: OnlyOnOp) -> str:
    return f"op.only_on({operation.dialect!r}, {operation.statement!r})"


def is_ours(name: str | None, kind: str, metadata: sa.MetaData) -> bool:
    """Whether autogeneration should look at it: full-text search keeps tables of its own beside the models."""
    return kind != "table" or name in metadata.tables or "_search" not in (name or "")


def statements_of(table: sa.Table, moment: str = "after_create") -> Iterator[tuple[str, str]]:
    """What is run after this table is created, or `before_drop`: (database, statement)."""
    for listener in getattr(table.dispatch, moment):
        condition = getattr(listener, "_ddl_if", None)
        if isinstance(listener, DDL) and condition is not None:
            names = {"table": table.name, "schema": "", "fullname": table.name}
            yield condition.dialect, listener.statement % names


def add_statements(script: MigrationScript, metadata: sa.MetaData) -> None:
    """Put beside each table that a revision creates or drops what its model attaches to that."""
    for container in (*script.upgrade_ops_list, *script.downgrade_ops_list):
        container.ops = list(_with_statements(container, metadata))


def _with_statements(container: OpContainer, metadata: sa.MetaData) -> Iterator[MigrateOperation]:
    for operation in container.ops:
        if isinstance(operation, DropTableOp):
            yield from _attached(metadata.tables[operation.table_name], "before_drop")
        yield operation
        if isinstance(operation, CreateTableOp):
            yield from _attached(metadata.tables[operation.table_name], "after_create")


def _attached(table: sa.Table, moment: str) -> Iterator[MigrateOperation]:
    for dialect, statement in statements_of(table, moment):
        yield OnlyOnOp(dialect, statement)

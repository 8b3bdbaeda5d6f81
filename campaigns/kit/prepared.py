"""Selects that are compiled once and run on a bare connection: a fraction of what a session asks for the same.

For the few pages that everybody reads. Rows come back as named tuples of the same Python values.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor

from campaigns.kit.errors import Busy

Convert = Callable[[Any], Any]
NEW_ROW_TYPE: Any = namedtuple  # its fields are known only when the select is compiled


class Prepared:
    """One select, as each database wants it."""

    def __init__(self, statement: "sa.Select[*tuple[Any, ...]]") -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def form(self, dialect: Dialect) -> "_Form":
        """The select in one database's language."""
        if dialect.name not in self._forms:
            self._forms[dialect.name] = _Form(self._statement, dialect)
        return self._forms[dialect.name]


class Reader:
    """A bare connection that only reads."""

    def __init__(self, cursor: DBAPICursor, dialect: Dialect) -> None:
        self._cursor, self._dialect = cursor, dialect

    def all(self, prepared: Prepared, **given: Any) -> list[Any]:
        """The rows, with the select's labels as attributes."""
        form = prepared.form(self._dialect)
        self._cursor.execute(form.sql, form.parameters(given))
        return form.rows(self._cursor.fetchall())

    def first(self, prepared: Prepared, **given: Any) -> Any | None:
        """The first row, or None."""
        rows = self.all(prepared, **given)
        return rows[0] if rows else None


@contextmanager
def reading(engine: sa.Engine) -> Iterator[Reader]:
    """A connection of the engine's pool, for this block. Raises Busy where the database does not answer."""
    try:
        with closing(engine.raw_connection()) as connection:
            yield Reader(connection.cursor(), engine.dialect)
    except engine.dialect.loaded_dbapi.Error as error:
        raise Busy from error


class _Form:
    """The statement's text, its fixed parameters, and how values go in and come out."""

    def __init__(self, statement: "sa.Select[*tuple[Any, ...]]", dialect: Dialect) -> None:
        named = SQLiteDialect_pysqlite(paramstyle="named") if dialect.name == "sqlite" else dialect
        compiled = statement.compile(dialect=named, compile_kwargs={"render_postcompile": True})
        self.sql = str(compiled)
        self._fixed = {key: _plain(value) for key, value in compiled.params.items()}
        self._into = {key: _into(bind.type, dialect) for key, bind in compiled.binds.items()}
        columns = list(statement.selected_columns)
        self._make = NEW_ROW_TYPE("Row", [str(column.key) for column in columns])._make
        converters = [(at, _out_of(column.type, dialect)) for at, column in enumerate(columns)]
        self._out = [(at, convert) for at, convert in converters if convert is not None]

    def parameters(self, given: dict[str, Any]) -> dict[str, Any]:
        """All values that the statement takes."""
        values = dict(self._fixed)
        for key, value in given.items():
            convert = self._into[key]
            values[key] = convert(value) if convert else value
        return values

    def rows(self, raw: Sequence[Any]) -> list[Any]:
        """Rows of the driver as named tuples."""
        if not self._out:
            return [self._make(row) for row in raw]
        made = []
        for row in raw:
            values = list(row)
            for at, convert in self._out:
                values[at] = convert(values[at])
            made.append(self._make(values))
        return made


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _into(kind: "sa.types.TypeEngine[Any]", dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _out_of(kind: "sa.types.TypeEngine[Any]", dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)

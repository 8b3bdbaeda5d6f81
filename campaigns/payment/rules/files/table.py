"""A bank's CSV file as a heading and rows, however the bank writes it."""

import csv
import io
from dataclasses import dataclass
from hashlib import sha256

from campaigns.kit.tables import BadTable, decoded
from campaigns.payment.rules.files.columns import Columns, is_heading

MOST_BYTES = 1_000_000
MOST_ROWS = 5_000
DELIMITERS = (";", ",", "\t", "|")
HEADING_WITHIN = 25
"""Banks put account, period and balance above the heading; it is looked for this far down."""


@dataclass(frozen=True)
class Table:
    """A heading, each name in it once, and what stands below it, with the lines' numbers in the file."""

    heading: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    sha256: str

    def column(self, name: str | None) -> list[str]:
        """The cells below a heading; empty ones where there is no such column."""
        at = self.heading.index(name) if name in self.heading else None
        return [cells[at] if at is not None and at < len(cells) else "" for _, cells in self.rows]

    def cell(self, cells: tuple[str, ...], name: str | None) -> str:
        """One cell of a row, "" where the row is too short or there is no such column."""
        at = self.heading.index(name) if name in self.heading else None
        return cells[at] if at is not None and at < len(cells) else ""


def read_table(data: bytes, most: int = MOST_BYTES, most_rows: int = MOST_ROWS) -> Table:
    """The table in a file. Raises BadTable, which names the line where it can."""
    if not data.strip():
        raise BadTable("The file is empty.")
    if len(data) > most:
        raise BadTable("The file is larger than 1 MB. Export a shorter period.")
    rows = max((_split(decoded(data), mark) for mark in DELIMITERS), key=_fit)
    at = _heading_at(rows)
    heading, body = (rows[at][1], rows[at + 1 :]) if rows else ((), [])
    if len(heading) < 2:
        raise BadTable("This is not a table: no columns were found in it.")
    if len(body) > most_rows:
        raise BadTable(f"The file has more than {most_rows:,} rows. Export a shorter period.")
    return Table(_named_once(heading), tuple(body), sha256(data).hexdigest())


def _split(text: str, delimiter: str) -> list[tuple[int, tuple[str, ...]]]:
    """The rows that hold anything, each with the line it ends on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        cells = ((reader.line_num, tuple(cell.strip() for cell in row)) for row in reader)
        return [(line, row) for line, row in cells if any(row)]
    except csv.Error as error:
        raise BadTable("A cell is longer than can be read.", line=reader.line_num) from error


def _fit(rows: list[tuple[int, tuple[str, ...]]]) -> tuple[bool, int]:
    """How well a delimiter fits: it shows a heading, or else the most columns."""
    first = rows[:HEADING_WITHIN]
    return any(is_heading(cells) for _, cells in first), max((len(cells) for _, cells in first), default=0)


def _heading_at(rows: list[tuple[int, tuple[str, ...]]]) -> int:
    """The first row that names a date and an amount, else the first of the widest."""
    first = rows[:HEADING_WITHIN]
    best = max(range(len(first)), key=lambda at: (is_heading(first[at][1]), len(first[at][1])), default=0)
    known = (at for at, (_, cells) in enumerate(first) if is_heading(cells))
    return next(known, best)


def _named_once(heading: tuple[str, ...]) -> tuple[str, ...]:
    """A heading that occurs twice, as some banks have it, gets a number; an empty one its place."""
    names: list[str] = []
    for place, cell in enumerate(heading, start=1):
        name = cell or f"Column {place}"
        names.append(name if name not in names else f"{name} ({place})")
    return tuple(names)


def guess(table: Table) -> Columns:
    """Which column is what, from the heading and what stands below it."""
    columns = Columns.named(table.heading)
    amounts = [cell for name in (columns.amount, columns.credit) for cell in table.column(name)]
    return columns.with_marks(table.column(columns.date), amounts)

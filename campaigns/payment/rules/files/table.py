"""A bank's CSV file as a heading and rows, however the bank writes it."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from campaigns.kit.tables import BadTable, decoded
from campaigns.payment.rules.files.columns import Columns, is_heading

MOST_BYTES = 1_000_000
MOST_ROWS = 5_000
DELIMITERS = (";", ",", "\t", "|")
HEADING_WITHIN = 25
"""Banks put account, period and balance above the heading; it is looked for this far down."""
Row = tuple[int, tuple[str, ...]]


@dataclass(frozen=True)
class Table:
    """A heading, each name in it once, and the text in which its rows stand: read anew each time, for they are many."""

    heading: tuple[str, ...]
    text: str
    delimiter: str
    begins: int  # how many rows come before the first below the heading
    sha256: str

    @property
    def rows(self) -> Iterator[Row]:
        """What stands below the heading, with the lines' numbers in the file."""
        return islice(_split(self.text, self.delimiter), self.begins, None)

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
    text = decoded(data)
    starts = {mark: list(islice(_split(text, mark), HEADING_WITHIN)) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: _fit(starts[mark]))
    first = starts[delimiter]
    at = _heading_at(first)
    heading = first[at][1] if first else ()
    if len(heading) < 2:
        raise BadTable("This is not a table: no columns were found in it.")
    table = Table(_named_once(heading), text, delimiter, at + 1, sha256(data).hexdigest())
    if sum(1 for _ in table.rows) > most_rows:
        raise BadTable(f"The file has more than {most_rows:,} rows. Export a shorter period.")
    return table


def _split(text: str, delimiter: str) -> Iterator[Row]:
    """The rows that hold anything, each with the line it ends on. Raises BadTable."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadTable("A cell is longer than can be read.", line=reader.line_num) from error


def _fit(first: list[Row]) -> tuple[bool, int]:
    """How well a delimiter fits: it shows a heading, or else the most columns."""
    return any(is_heading(cells) for _, cells in first), max((len(cells) for _, cells in first), default=0)


def _heading_at(first: list[Row]) -> int:
    """The first row that names a date and an amount, else the first of the widest."""
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

"""Tables as CSV: written so that no spreadsheet runs a cell, read as banks and spreadsheets write them."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

from campaigns.kit.errors import Refused
from campaigns.kit.money import Money

PLAIN_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)*%?", re.ASCII)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
DELIMITERS = (",", ";", "\t")


class BadTable(Refused):
    """The file is not a table of comma-separated values."""

    field = "file"

    def __init__(self, message: str = "", *, line: int | None = None) -> None:
        self.line = line
        super().__init__(f"Line {line}: {message}" if line else message)


def defuse(cell: Any) -> Any:
    """The cell as a spreadsheet may safely show it: text that it would take for a formula gets an apostrophe.

    Numbers stay as they are, also as text ("-33.50"); so does all that is not text. For CSV and for XLSX.
    """
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) and not PLAIN_NUMBER.fullmatch(cell):
        return "'" + cell
    return cell


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV (RFC 4180) line by line, for a response that streams: cells defused, None empty, Money "1250.50"."""
    writer = csv.writer(_Echo())
    for row in chain((header,), rows):
        yield str(writer.writerow([defuse(cell.major if isinstance(cell, Money) else cell) for cell in row]))


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The whole of csv_lines as one text."""
    return "".join(csv_lines(header, rows))


class _Echo:
    """A file that gives each written line back to the writer, which returns it."""

    def write(self, line: str) -> str:
        return line


def read_csv(data: bytes, *, max_rows: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row after the heading, as (line number in the file, heading → trimmed cell); empty lines are skipped.

    Reads UTF-8, UTF-16 or Windows-1252, and commas, semicolons or tabs, whichever the heading has most of.
    While it goes, raises BadTable, which names the line, for a row that is broken or longer or shorter than the
    heading, and where there are more than `max_rows` rows.
    """
    lines = _rows(decoded(data))
    heading_line, header = next(lines, (1, []))
    if not header or not all(header) or len(set(header)) < len(header):
        raise BadTable("the heading must name each column once.", line=heading_line)
    for count, (line, cells) in enumerate(lines, start=1):
        if count > max_rows:
            raise BadTable(f"the table has more than {max_rows} rows.", line=line)
        while len(cells) > len(header) and not cells[-1]:
            cells.pop()
        if len(cells) != len(header):
            raise BadTable(f"{len(header)} columns were expected, {len(cells)} found.", line=line)
        yield line, dict(zip(header, cells, strict=True))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line it begins on."""
    delimiter = max(DELIMITERS, key=text.lstrip().partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadTable("the quotation marks do not match, or a cell is too long.", line=line) from error


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows-1252. Raises BadTable where it is no text."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return _text(data[len(mark) :], encoding)
    if b"\0" in data:  # UTF-16 without its mark: ASCII letters have a zero on the left or on the right
        return _text(data, "utf-16-be" if data.startswith(b"\0") else "utf-16-le")
    return _text(data, "utf-8", "cp1252")


def _text(data: bytes, *encodings: str) -> str:
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if "\0" not in text:
                return text
    raise BadTable

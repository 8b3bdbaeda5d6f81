"""Tables as XLSX: written and read a row at a time, with the same promises as `kit.tables`.

openpyxl's read-only mode, which uses defusedxml where it is installed; what a file would unpack to is looked at first.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from campaigns.kit.money import Money
from campaigns.kit.tables import BadTable, defuse

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_UNPACKED = 60_000_000
LONGEST_CELL = 32_000
# What a broken or hostile workbook makes of zipfile, the XML parser (a ParseError is a SyntaxError) and openpyxl.
UNREADABLE = (
    zipfile.BadZipFile,
    InvalidFileException,
    SyntaxError,
    KeyError,
    ValueError,
    IndexError,
    OSError,
    EOFError,
)


class TooLarge(BadTable):
    """The workbook is too large. Split it."""

    def __init__(self) -> None:
        super().__init__("The workbook is too large. Split it.")


def xlsx(header: Sequence[str], rows: Iterable[Sequence[object]], *, title: str) -> bytes:
    """A workbook of one sheet whose first row stays in sight: cells defused, None empty, Money "1250.50"."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    sheet.append(list(header))
    for row in rows:
        sheet.append([_cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value: object) -> Any:
    if isinstance(value, Money):
        return value.major
    if isinstance(value, datetime):  # a workbook knows no time zones
        return value.replace(tzinfo=None)
    return defuse(value)


def is_xlsx(data: bytes) -> bool:
    """Whether these bytes are a workbook by what they begin with."""
    return data.startswith(b"PK\x03\x04")


def read_xlsx(data: bytes, *, max_rows: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row after the heading of the first sheet, as `tables.read_csv` gives them; dates as ISO 8601.

    Raises BadTable as that does, and for a file that would unpack to more than 60 MB.
    """
    lines = ((line, _texts(row)) for line, row in enumerate(_first_sheet(data), start=1))
    filled = ((line, cells) for line, cells in lines if any(cells))
    heading_line, header = next(filled, (1, []))
    while header and not header[-1]:
        header.pop()
    if not header or not all(header) or len(set(header)) < len(header):
        raise BadTable("the heading must name each column once.", line=heading_line)
    for count, (line, cells) in enumerate(filled, start=1):
        if count > max_rows:
            raise BadTable(f"the table has more than {max_rows} rows.", line=line)
        if any(cells[len(header) :]):
            raise BadTable(f"{len(header)} columns were expected, more were found.", line=line)
        padded = cells[: len(header)] + [""] * (len(header) - len(cells))
        yield line, dict(zip(header, padded, strict=True))


def _first_sheet(data: bytes) -> Iterator[tuple[Any, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise TooLarge()
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        yield from book.worksheets[0].iter_rows(values_only=True)
    except UNREADABLE as error:
        raise BadTable("The file is not a workbook that can be read. Save it as XLSX or CSV again.") from error


def _texts(row: tuple[Any, ...]) -> list[str]:
    return [_text(value) for value in row]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()[:LONGEST_CELL]

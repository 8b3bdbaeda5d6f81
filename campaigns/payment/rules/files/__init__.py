"""A bank's statement in whatever form the bank gives it: CSV, CAMT.053 (also zipped), MT940 or OFX."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from io import BytesIO

from campaigns.kit.tables import BadTable
from campaigns.payment.rules.files.camt import read_camt
from campaigns.payment.rules.files.columns import Columns
from campaigns.payment.rules.files.lines import read_lines
from campaigns.payment.rules.files.mt940 import read_mt940
from campaigns.payment.rules.files.ofx import read_ofx
from campaigns.payment.rules.files.reading import Booked, Reading, assemble
from campaigns.payment.rules.files.table import MOST_ROWS, Table, guess, read_table

MOST_BYTES = 1_000_000
"""What a page takes; a command takes more."""
MOST_FILES = 40
ZIP = b"PK\x03\x04"


class Format(StrEnum):
    """What banks write."""

    CSV = "csv"
    CAMT = "camt"
    MT940 = "mt940"
    OFX = "ofx"


READERS: dict[Format, Callable[[bytes], Iterator[Booked | None]]] = {
    Format.CAMT: read_camt,
    Format.MT940: read_mt940,
    Format.OFX: read_ofx,
}


@dataclass(frozen=True)
class BankFile:
    """A file as it came; `table` where it is CSV, whose columns have to be told apart."""

    format: Format
    sha256: str
    data: tuple[bytes, ...]
    table: Table | None = None

    def read(self, columns: Columns | None, currency: str) -> Reading:
        """What it says; `columns` and `currency` count for CSV alone. Raises BadTable where another is damaged."""
        if self.table is not None:
            return read_lines(self.table, columns or guess(self.table), currency)
        reader = READERS[self.format]
        return assemble(entry for each in self.data for entry in reader(each))


def open_file(data: bytes, *, most: int = MOST_BYTES, most_rows: int = MOST_ROWS) -> BankFile:
    """Tell what a file is. Raises BadTable."""
    if len(data) > most:
        raise BadTable(f"The file is larger than {most // 1_000_000} MB. Export a shorter period.")
    files = _unpacked(data, most) if data.startswith(ZIP) else (data,)
    found = {_format(each) for each in files}
    if len(found) != 1:
        raise BadTable("The archive holds files of several kinds.")
    known = found.pop()
    if known is Format.CSV and len(files) > 1:
        raise BadTable("Take the tables out of the archive, and choose one at a time.")
    table = read_table(files[0], most, most_rows) if known is Format.CSV else None
    return BankFile(known, sha256(data).hexdigest(), files, table)


def _format(data: bytes) -> Format:
    start = data[:4000].lstrip(b"\xef\xbb\xbf \r\n\t")
    if b"camt.053" in start and b"<" in start[:1]:
        return Format.CAMT
    if b"<OFX>" in start.upper() or start.upper().startswith(b"OFXHEADER"):
        return Format.OFX
    if b":20:" in start and (b":60F:" in start or b":60M:" in start):
        return Format.MT940
    if start.startswith(b"<"):
        raise BadTable("This is XML, but no CAMT.053 statement.")
    return Format.CSV


def _unpacked(data: bytes, most: int) -> tuple[bytes, ...]:
    """The files of an archive, by name; none unfolds to more than may be sent. Raises BadTable."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            inside = sorted((each for each in archive.infolist() if not each.is_dir()), key=lambda each: each.filename)
            if not inside or len(inside) > MOST_FILES or sum(each.file_size for each in inside) > most:
                raise BadTable("The archive is empty, or holds more than can be read at once.")
            return tuple(archive.read(each) for each in inside)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise BadTable("The archive is damaged or locked.") from error

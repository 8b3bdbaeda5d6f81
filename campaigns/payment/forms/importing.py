"""A statement to import: the file, and which column is which."""

import base64
import binascii
import zlib
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from wtforms import (
    FileField,
    HiddenField,
    SelectChoice,
    SelectField,
)

from campaigns.kit.errors import Refused
from campaigns.kit.forms import Form
from campaigns.payment.rules.files import MOST_BYTES, BankFile
from campaigns.payment.rules.files.columns import Columns, Mark, Order

ROLES = {
    "date": "Date",
    "amount": "Amount",
    "credit": "Paid in",
    "debit": "Paid out",
    "currency": "Currency",
    "payer": "Payer",
    "text": "What the payer wrote",
    "own_id": "The bank's own reference",
}
MOST_KEPT = 450_000


class Unkept(Refused):
    """The file holds too much to be shown before it is imported. Export a shorter period."""

    field = "file"


class NoFile(Refused):
    """Choose the file that you downloaded from the bank."""

    field = "file"


class ImportForm(Form):
    """A statement: first the file, then which column is what; the file travels along until it is stored."""

    file = FileField("The statement")
    kept = HiddenField()
    date = SelectField(ROLES["date"], validate_choice=False)
    amount = SelectField(ROLES["amount"], validate_choice=False)
    credit = SelectField(ROLES["credit"], validate_choice=False)
    debit = SelectField(ROLES["debit"], validate_choice=False)
    currency = SelectField(ROLES["currency"], validate_choice=False)
    payer = SelectField(ROLES["payer"], validate_choice=False)
    text = SelectField(ROLES["text"], validate_choice=False)
    own_id = SelectField(ROLES["own_id"], validate_choice=False)
    order = SelectField(
        "Dates are written",
        validate_choice=False,
        choices=[SelectChoice(Order.DAY_FIRST, "31.12.2026"), SelectChoice(Order.MONTH_FIRST, "12/31/2026")],
    )
    mark = SelectField(
        "Cents come after a",
        validate_choice=False,
        choices=[SelectChoice(Mark.POINT, "point: 1,250.50"), SelectChoice(Mark.COMMA, "comma: 1.250,50")],
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.file.flags.required = True  # on the first page, the only one that shows it

    @property
    def is_first(self) -> bool:
        """Whether a new file was sent, so that its columns are guessed and not read from the form."""
        return bool(self.file.data)

    def content(self) -> bytes:
        """The file's bytes. Raises NoFile, Unkept."""
        if self.is_first:
            with closing(self.file.data) as sent:
                data: bytes = sent.read(MOST_BYTES + 1)
            return data
        if not self.kept.data:
            raise NoFile()
        return _unpacked(self.kept.data)

    def chosen(self) -> Columns:
        """The columns as the treasurer set them."""
        given: dict[str, Any] = {role: self[role].data or None for role in ROLES}
        order = Order.MONTH_FIRST if self.order.data == Order.MONTH_FIRST else Order.DAY_FIRST
        mark = Mark.COMMA if self.mark.data == Mark.COMMA else Mark.POINT
        return Columns(**given, order=order, mark=mark)

    def show(self, file: BankFile, data: bytes, columns: Columns | None) -> None:
        """Take the file along; of a table, offer its columns, with these chosen. Raises Unkept."""
        self.kept.data = _packed(data)
        if file.table is None or columns is None:
            return
        for role in ROLES:
            self[role].choices = _choices(file.table.heading)
            self[role].data = getattr(columns, role) or ""
        self.order.data, self.mark.data = columns.order, columns.mark


def _choices(heading: Sequence[str]) -> list[SelectChoice]:
    return [SelectChoice("", "(none)"), *(SelectChoice(name, name) for name in heading)]


def _packed(data: bytes) -> str:
    kept = base64.b64encode(zlib.compress(data, 9)).decode()
    if len(kept) > MOST_KEPT:
        raise Unkept()
    return kept


def _unpacked(kept: str) -> bytes:
    """What was packed; a page that was tampered with reads as no file, and unfolds to no more than one."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(kept, validate=True), MOST_BYTES + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise NoFile() from error

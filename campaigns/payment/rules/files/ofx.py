"""An OFX statement, old (SGML) or new (XML)."""

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from ofxparse import OfxParser

from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.kit.tables import BadTable
from campaigns.payment.rules.files.reading import Booked, Unreadable, require_near


def read_ofx(data: bytes) -> Iterator[Booked | None]:
    """The entries in turn; None for money that went out. Raises BadTable."""
    if b"</ofx>" not in data[-200:].lower():
        raise BadTable("The file ends too early.", line=data.count(b"\n") + 1)
    number = 0
    for account in _accounts(data):
        for entry in account.statement.transactions:
            number += 1
            try:
                yield _booked(entry, (account.curdef or "").upper(), number)
            except Refused as refusal:
                raise BadTable(f"Entry {number}: {refusal}") from refusal


def _accounts(data: bytes) -> list[Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it calls its parser by names that have newer ones
            return list(OfxParser.parse(BytesIO(data)).accounts)
    except Exception as error:
        raise BadTable("The entries cannot be read as OFX.") from error


def _booked(entry: Any, currency: str, number: int) -> Booked | None:
    if entry.amount <= 0:
        return None
    try:
        money = Money.exact(entry.amount, currency)
    except ValueError as error:
        raise Unreadable(f"“{currency}” is not a currency.") from error
    return Booked(number, require_near(entry.date.date()), money, entry.payee or "", entry.memo or "", entry.id or "")

"""An MT940 statement, as many banks write it."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import mt940

from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.kit.tables import BadTable, decoded
from campaigns.payment.rules.files.reading import Booked, Unreadable, require_near

ENTRY = re.compile(r"^:61:", re.MULTILINE)
CLOSING = re.compile(r"^:62[FM]:", re.MULTILINE)
CAME_IN = {"C", "RD"}
"""Credit, and a debit that was taken back."""
WORDS = ("transaction_details", "purpose", "additional_purpose", "end_to_end_reference", "customer_reference",
         "extra_details")  # fmt: skip
NOT_GIVEN = {"NONREF", "NOTPROVIDED"}


def read_mt940(data: bytes) -> Iterator[Booked | None]:
    """The entries in turn; None for money that went out. Raises BadTable."""
    text = "\n".join(decoded(data).splitlines())
    places = [text.count("\n", 0, found.start()) + 1 for found in ENTRY.finditer(text)]
    if places and not CLOSING.search(text, text.rfind("\n:61:")):
        raise BadTable("No closing balance comes after this entry: a part of the file is missing.", line=places[-1])
    entries = _parsed(text, places)
    if len(entries) != len(places):
        raise BadTable(f"Only {len(entries)} of {len(places)} entries could be read.")
    for line, entry in zip(places, entries, strict=True):
        try:
            yield _booked(entry.data, line)
        except Refused as refusal:
            raise BadTable(str(refusal), line=line) from refusal


def _parsed(text: str, places: list[int]) -> list[Any]:
    try:
        return list(mt940.parse(text))
    except Exception as error:
        raise BadTable("The entries cannot be read as MT940.", line=_first_bad(text, places)) from error


def _first_bad(text: str, places: list[int]) -> int | None:
    """The line of the first entry that says no amount and no day as it should."""
    lines, pattern = text.splitlines(), re.compile(r":61:\d{6}(\d{4})?R?[CD][A-Z]?[\d ,]{0,15}")
    return next((place for place in places if not pattern.match(lines[place - 1])), None)


def _booked(said: dict[str, Any], line: int) -> Booked | None:
    if said.get("status") not in CAME_IN:
        return None
    amount = said["amount"]
    if amount is None or amount.amount is None:
        raise Unreadable("There is no amount.")
    try:
        money = Money.exact(abs(amount.amount), amount.currency or "")
    except ValueError as error:
        raise Unreadable(f"“{amount.currency}” is not a currency.") from error
    day: date = said.get("entry_date") or said["date"]
    written = [str(said[name]) for name in WORDS if said.get(name) and said[name] not in NOT_GIVEN]
    payer = said.get("applicant_name") or said.get("recipient_name") or ""
    own_id = said.get("bank_reference") or ""
    return Booked(line, require_near(date(day.year, day.month, day.day)), money, payer, " ".join(written),
                  "" if own_id in NOT_GIVEN else own_id)  # fmt: skip

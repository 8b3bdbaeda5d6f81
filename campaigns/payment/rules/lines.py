"""The rows of a bank's table as money that came in, each with what makes it known again."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from campaigns.kit import clock, text
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money, Zero
from campaigns.payment.rules.columns import Columns, Mark, Order
from campaigns.payment.rules.table import Table

AHEAD = timedelta(days=7)
OUTGOING = re.compile(r"^[-−(]|[-−)]$|\b(?:S|D|DR|DBIT)$")
SIGNS = re.compile(r"[-−+()]|\b(?:S|H|D|C|CR|DR|CRDT|DBIT)$")


class Unreadable(Refused):
    """A cell does not say what its column should."""


@dataclass(frozen=True)
class Line:
    """Money that came in, as one row tells it."""

    number: int  # in the file
    booked_on: date
    money: Money
    payer: str
    text: str
    fingerprint: str


@dataclass
class Reading:
    """What a table says: money that came in, how many rows are of no concern, and what could not be read."""

    lines: list[Line] = field(default_factory=list)
    skipped: int = 0
    troubles: list[tuple[int, str]] = field(default_factory=list)


def read_lines(table: Table, columns: Columns, currency: str) -> Reading:
    """Read every row; `currency` counts where the table names none. Money that went out is skipped."""
    reading, prints = Reading(), _Prints(table.column(columns.own_id))
    for number, cells in table.rows:
        try:
            money = _money(table, cells, columns, currency)
            booked_on = read_date(table.cell(cells, columns.date), columns.order) if money else None
        except Refused as refusal:
            reading.troubles.append((number, str(refusal)))
            continue
        if money is None or booked_on is None:
            reading.skipped += 1
            continue
        payer, words = (" ".join(table.cell(cells, name).split()) for name in (columns.payer, columns.text))
        print_ = prints.of(table.cell(cells, columns.own_id), (booked_on.isoformat(), str(money), payer, words))
        reading.lines.append(Line(number, booked_on, money, payer[:200], words[:1000], print_))
    return reading


class _Prints:
    """What makes each row known again: the bank's own reference, if it has one for each, else all it says.

    Equal rows of one file are told apart by counting them, so that the same file gives the same prints.
    """

    def __init__(self, ids: list[str]) -> None:
        given = Counter(filter(None, ids))
        self.by_id = bool(given) and max(given.values()) == 1
        self.seen = Counter[str]()

    def of(self, own_id: str, says: tuple[str, ...]) -> str:
        if self.by_id and own_id:
            return fingerprint_of(own_id)
        said = text.content_hash("row", *says)
        self.seen[said] += 1
        return text.content_hash(said, str(self.seen[said]))


def fingerprint_of(own_id: str) -> str:
    """What makes an entry known again by the bank's own reference for it."""
    return text.content_hash("id", own_id.strip().casefold())


def _money(table: Table, cells: tuple[str, ...], columns: Columns, default: str) -> Money | None:
    """What came in; None where the row tells of money that went out, or of none."""
    currency = table.cell(cells, columns.currency).upper() or default
    cell = table.cell(cells, columns.amount or columns.credit)
    if not cell:
        if columns.amount is None and table.cell(cells, columns.debit):
            return None
        raise Unreadable("There is no amount.")
    if OUTGOING.search(cell.strip()):
        return None
    try:
        plain = SIGNS.sub("", cell).strip()
        return Money.parse(plain, currency, "de" if columns.mark is Mark.COMMA else "en")
    except Zero:
        return None
    except ValueError as error:
        raise Unreadable(f"“{currency}” is not a currency.") from error
    except Refused as refusal:
        raise Unreadable(f"“{cell[:40]}” is not an amount.") from refusal


def read_date(cell: str, order: Order) -> date:
    """A date as banks write it: 2026-12-03, 20261203, 3.12.2026, 12/03/26. Raises Unreadable."""
    parts = re.findall(r"\d+", cell.strip())[:3]
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if len(parts) != 3:
        raise Unreadable(f"“{cell[:40]}” is not a date.")
    if len(parts[0]) == 4:
        year, month, day = parts
    elif order is Order.MONTH_FIRST:
        month, day, year = parts
    else:
        day, month, year = parts
    try:
        found = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError as error:
        raise Unreadable(f"“{cell[:40]}” is not a date.") from error
    if not date(2000, 1, 1) <= found <= clock.today() + AHEAD:
        raise Unreadable(f"“{cell[:40]}” is too far in the past or in the future.")
    return found

"""The rows of a bank's table as money that came in."""

import re
from datetime import date

from campaigns.kit.amounts import Zero
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.payment.rules.files.columns import Columns, Mark, Order
from campaigns.payment.rules.files.reading import Line, Prints, Reading, Unreadable, require_near
from campaigns.payment.rules.files.table import Table

OUTGOING = re.compile(r"^[-−(]|[-−)]$|\b(?:S|D|DR|DBIT)$")
SIGNS = re.compile(r"[-−+()]|\b(?:S|H|D|C|CR|DR|CRDT|DBIT)$")


def read_lines(table: Table, columns: Columns, currency: str) -> Reading:
    """Read every row; `currency` counts where the table names none. Money that went out is skipped."""
    reading, prints = Reading(), Prints(table.column(columns.own_id))
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
    return require_near(found)

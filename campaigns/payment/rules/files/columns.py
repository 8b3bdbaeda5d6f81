"""Which column of a bank's table is what, and how it writes dates and amounts."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

KNOWN: dict[str, tuple[str, ...]] = {
    "date": (
        *("booking date", "posting date", "transaction date", "booked on", "date", "completed date"),
        *("buchungstag", "buchungsdatum", "buchung", "datum"),
        *("date operation", "date d operation", "date de l operation", "date de comptabilisation", "date comptable"),
        *("value date", "valuta", "valutadatum", "wertstellung", "date de valeur", "date valeur"),
    ),
    "amount": ("amount", "amount eur", "betrag", "betrag eur", "umsatz", "montant", "montant eur", "somme"),
    "credit": ("credit", "credit amount", "paid in", "money in", "haben", "gutschrift", "eingang", "recette"),
    "debit": ("debit", "debit amount", "paid out", "money out", "soll", "lastschrift", "ausgang", "depense"),
    "currency": ("currency", "wahrung", "waehrung", "devise", "monnaie"),
    "payer": (
        *("partner name", "payer", "payer name", "counterparty", "counterparty name", "debtor", "sender", "from"),
        *("beguenstigter zahlungspflichtiger", "zahlungspflichtige r", "zahlungspflichtiger", "auftraggeber"),
        *("auftraggeber empfanger", "name zahlungsbeteiligter", "absender", "donneur d ordre", "contrepartie"),
        *("nom de la contrepartie", "emetteur", "tiers", "name", "nom"),
    ),
    "text": (
        *("remittance information", "remittance", "payment reference", "reference", "description", "details"),
        *("verwendungszweck", "vorgang verwendungszweck", "zweck", "communication", "motif", "libelle"),
        *("label", "memo", "purpose", "narrative", "particulars", "buchungstext", "intitule", "text", "message"),
    ),
    "own_id": (
        *("transaction id", "entry reference", "bank reference", "reference number", "transaktions id"),
        *("umsatz id", "referenznummer", "id operation", "numero d operation"),
    ),
}
"""The names that banks give their columns, without accents and signs, the likelier first."""


class Order(StrEnum):
    """How a date is written where it does not begin with the year."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class Mark(StrEnum):
    """What stands before the cents."""

    POINT = "point"
    COMMA = "comma"


@dataclass(frozen=True)
class Columns:
    """The heading of each column that counts; None where the table has none."""

    date: str | None = None
    amount: str | None = None
    credit: str | None = None
    debit: str | None = None
    currency: str | None = None
    payer: str | None = None
    text: str | None = None
    own_id: str | None = None
    order: Order = Order.DAY_FIRST
    mark: Mark = Mark.POINT

    @classmethod
    def named(cls, heading: Sequence[str]) -> Self:
        """The columns as their names say; a table with an amount needs no columns of what went in and out."""
        found = {role: _find(names, heading) for role, names in KNOWN.items()}
        if found["amount"]:
            found["credit"] = found["debit"] = None
        return cls(**{role: name for role, name in found.items() if name})  # type: ignore[arg-type]  # names are str

    def with_marks(self, dates: Iterable[str], amounts: Iterable[str]) -> Self:
        """The same, with the order of dates and the decimal mark that their cells show."""
        return replace(self, order=_order(dates), mark=_mark(amounts))


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a row names a date and an amount."""
    return bool(_find(KNOWN["date"], cells)) and bool(_find((*KNOWN["amount"], *KNOWN["credit"]), cells))


def plain(name: str) -> str:
    """A heading without accents, signs and case: "Betrag (€)" → "betrag"."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(re.findall(r"[a-z0-9]+", "".join(char for char in letters if not unicodedata.combining(char))))


def _find(names: Sequence[str], heading: Sequence[str]) -> str | None:
    """The heading with the likeliest of these names."""
    by_name = {plain(cell): cell for cell in reversed(heading) if cell}
    return next((by_name[name] for name in names if name in by_name), None)


def _order(dates: Iterable[str]) -> Order:
    """Day first, unless a date has a second number that no month has."""
    parts = [re.findall(r"\d+", cell) for cell in dates]
    readable = [(int(part[0]), int(part[1])) for part in parts if len(part) >= 3 and len(part[0]) <= 2]
    month_first = any(second > 12 for _, second in readable) and all(first <= 12 for first, _ in readable)
    return Order.MONTH_FIRST if month_first else Order.DAY_FIRST


def _mark(amounts: Iterable[str]) -> Mark:
    """The sign before the last one or two figures of most amounts."""
    found = [match[1] for cell in amounts if (match := re.search(r"([.,])\d{1,2}\D*$", cell))]
    return Mark.COMMA if found.count(",") > found.count(".") else Mark.POINT

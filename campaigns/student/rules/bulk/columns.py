"""What the columns of an import mean, and how one row is read."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from babel import Locale

from campaigns.kit import clock
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.student.rules.draft import Line
from campaigns.student.states import NeedKind

MOST_COSTS = 5
OLDEST, YOUNGEST = 100, 3

TEXTS: dict[str, tuple[str, int]] = {
    "name": ("legal_name", 120),
    "phone or e-mail": ("contact", 120),
    "guardian": ("guardian_name", 120),
    "guardian is": ("guardian_relation", 40),
    "guardian phone or e-mail": ("guardian_contact", 120),
    "school": ("school_name", 200),
    "level": ("level", 80),
    "region": ("region", 80),
    "story": ("story", 5000),
}
"""Columns of plain text: what they are kept as, and how long they may be."""

REQUIRED = ("name", "birth date", "school", "country", "level")
COSTS = tuple(f"{part} {number}" for number in range(1, MOST_COSTS + 1) for part in ("cost", "kind", "term", "amount"))
COLUMNS = (
    *("name", "birth date", "phone or e-mail", "guardian", "guardian is", "guardian phone or e-mail"),
    *("school", "school country", "level", "country", "region", "story", *COSTS),
)
EXAMPLE = (
    *("Grace Wanjiru Example", "2011-05-04", "", "Mary Example", "mother", "+254 700 000000"),
    *("Example Secondary School", "KE", "Secondary, year 3", "KE", "Western", ""),
    *("Fees of term 1", "tuition", "Term 1, 2027", "450.00"),
    *("",) * (4 * (MOST_COSTS - 1)),
)


class WrongCell(Refused):
    """One cell that cannot be used; `column` says which."""

    def __init__(self, column: str, says: str) -> None:
        super().__init__(says)
        self.column = column


class Row(NamedTuple):
    """A row as the rules of an application take it."""

    told: dict[str, Any]
    costs: list[Line]


def read_row(cells: Mapping[str, str], currency: str) -> Row:
    """One row, by the names of its columns; amounts in `currency`. Raises WrongCell for the first that is wrong."""
    for column in REQUIRED:
        if not cells.get(column):
            raise WrongCell(column, "This must not be empty.")
    told: dict[str, Any] = {"birth_date": _birth_date(cells["birth date"])}
    for column, (name, longest) in TEXTS.items():
        if len(cells.get(column, "")) > longest:
            raise WrongCell(column, f"This has more than {longest} characters.")
        told[name] = cells.get(column) or None
    told["country"] = _country("country", cells)
    told["school_country"] = _country("school country", cells) if cells.get("school country") else told["country"]
    return Row(told, [_cost(cells, number, currency) for number in range(1, MOST_COSTS + 1) if _has(cells, number)])


def _birth_date(text: str) -> date:
    try:
        born = date.fromisoformat(text)
    except ValueError:
        raise WrongCell("birth date", "Write the date as year-month-day, such as 2011-05-04.") from None
    if not clock.today().year - OLDEST <= born.year <= clock.today().year - YOUNGEST:
        raise WrongCell("birth date", "Look at the year again.")
    return born


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    names = {code: str(name) for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}
    return {name.casefold(): code for code, name in names.items()} | {code.casefold(): code for code in names}


def _country(column: str, cells: Mapping[str, str]) -> str:
    code = _countries().get(cells[column].casefold())
    if code is None:
        raise WrongCell(column, "Write a country by its English name or its two letters, such as Kenya or KE.")
    return code


def _has(cells: Mapping[str, str], number: int) -> bool:
    return any(cells.get(f"{part} {number}") for part in ("cost", "term", "amount"))


def _cost(cells: Mapping[str, str], number: int, currency: str) -> Line:
    label, term = _short(cells, f"cost {number}", 120), _short(cells, f"term {number}", 60)
    kind = (cells.get(f"kind {number}") or NeedKind.OTHER).casefold().replace(" ", "_")
    if kind not in set(NeedKind):
        known = ", ".join(each.value.replace("_", " ") for each in NeedKind)
        raise WrongCell(f"kind {number}", f"Write one of: {known}.")
    try:
        amount = Money.parse(cells.get(f"amount {number}") or "", currency)
    except Refused as refusal:
        raise WrongCell(f"amount {number}", str(refusal)) from refusal
    if amount.amount <= 0:
        raise WrongCell(f"amount {number}", "An amount must be more than nothing.")
    return Line(NeedKind(kind), label, term, amount)


def _short(cells: Mapping[str, str], column: str, longest: int) -> str:
    text = cells.get(column) or ""
    if not text:
        raise WrongCell(column, "A cost needs its name, its term and its amount.")
    if len(text) > longest:
        raise WrongCell(column, f"This has more than {longest} characters.")
    return text

"""What the public reads of a budget: of one student line by line, of a group so that nobody can be told apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from campaigns.kit.money import Money
from campaigns.student.states import NeedKind

SMALL = 10
"""Groups under this many are not counted."""

LONE = 2
"""So many students at least stand behind each row of a group's budget."""

NAMES = {
    NeedKind.TUITION: "School fees",
    NeedKind.BOOKS: "Books",
    NeedKind.TRANSPORT: "Transport",
    NeedKind.DEVICE: "Devices and tools",
    NeedKind.EXAM_FEES: "Examination fees",
    NeedKind.BOARDING: "Boarding",
    NeedKind.UNIFORM: "Uniforms",
}
OTHER = "Other costs"
SUMMED = ("amount", "pledged", "disbursed", "proven", "asked_again", "agreed")


class PublicLine(Protocol):
    """A budget line with its student's application, and whether that student may be shown."""

    label: str
    kind: str
    term: str
    alias: str
    amount: int
    pledged: int
    disbursed: int
    proven: int
    currency: str
    application_id: int
    shown: bool
    gone: bool
    expired_at: datetime | None
    confirmed_on: date | None
    asked_again: int
    agreed: int


@dataclass
class Row:
    """One row of a public budget, in minor units; `alias` only where a campaign is for one student."""

    label: str
    term: str
    currency: str
    alias: str = ""
    amount: int = 0
    pledged: int = 0
    disbursed: int = 0
    proven: int = 0
    asked_again: int = 0  # so many sponsors were asked about a changed cost
    agreed: int = 0
    expired: bool = False  # a cost in it is being confirmed again
    confirmed_on: date | None = None  # when the one that was confirmed longest ago was
    students: set[int] = field(default_factory=set)
    lines: list[PublicLine] = field(default_factory=list)

    def add(self, lines: Iterable[PublicLine]) -> "Row":
        """Count these lines in."""
        for line in lines:
            for part in SUMMED:
                setattr(self, part, getattr(self, part) + getattr(line, part))
            self.students.add(line.application_id)
            self.lines.append(line)
            if line.expired_at and line.disbursed < line.amount:
                days = [day for day in (self.confirmed_on, line.confirmed_on) if day]
                self.expired, self.confirmed_on = True, min(days, default=None)
        return self

    def money(self, part: str) -> Money:
        """One of its figures."""
        return Money(getattr(self, part), self.currency)


@dataclass(frozen=True)
class Budget:
    """The rows, and for a group who it is, without a number where there are few."""

    rows: list[Row]
    group: str = ""


def budget(lines: Sequence[PublicLine]) -> Budget:
    """What may be shown of these lines. They add up to the goal.

    A campaign that is, or was, for several students names none of them: their lines are summed by kind and
    term, and what fewer than two of them need stands among the other costs.
    """
    asked = [line for line in lines if not line.gone]
    if len({line.application_id for line in lines}) < LONE:
        return Budget([_row(line.label, line.term, line.alias, [line]) for line in asked])
    shown = {line.application_id for line in asked if line.shown}
    return Budget(_grouped(asked), _described(len(shown)))


def _described(students: int) -> str:
    return f"a verified group of {students} students" if students >= SMALL else "a small verified group of students"


def _grouped(lines: Sequence[PublicLine]) -> list[Row]:
    rows, rest = [], [line for line in lines if not line.shown or line.kind not in NAMES]
    for kind, name in NAMES.items():
        of_kind = [line for line in lines if line.shown and line.kind == kind]
        if len({line.application_id for line in of_kind}) < LONE:
            rest += of_kind
        else:
            rows += _by_term(name, of_kind)
    return _with_rest(rows, rest)


def _by_term(name: str, lines: Sequence[PublicLine]) -> list[Row]:
    """A row for each term, or one for all where a term has one student only."""
    terms = [_row(name, term, "", [line for line in lines if line.term == term]) for term in _terms(lines)]
    return terms if all(len(row.students) >= LONE for row in terms) else [_row(name, "", "", lines)]


def _terms(lines: Sequence[PublicLine]) -> list[str]:
    return list(dict.fromkeys(line.term for line in lines))


def _with_rest(rows: list[Row], rest: Sequence[PublicLine]) -> list[Row]:
    """The rest as other costs; a rest of one student takes the smallest row in, so that it cannot be told apart."""
    if not rest:
        return rows
    other = _row(OTHER, "", "", rest)
    if len(other.students) < LONE and rows:
        smallest = min(rows, key=lambda row: row.amount)
        rows.remove(smallest)
        other = _row(OTHER, "", "", [*rest, *smallest.lines])
    return [*rows, other]


def _row(label: str, term: str, alias: str, lines: Sequence[PublicLine]) -> Row:
    return Row(label, term, lines[0].currency, alias).add(lines)

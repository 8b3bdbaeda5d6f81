"""What a bank's file says: money that came in, each with what makes it known again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from campaigns.kit import clock, text
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money

AHEAD = timedelta(days=7)


class Unreadable(Refused):
    """A cell does not say what its column should."""


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Booked:
    """Money that came in, as a bank books it, with the bank's own reference for it ("" for none)."""

    number: int  # of the line or the entry, in the file
    booked_on: date
    money: Money
    payer: str
    text: str
    own_id: str


def assemble(entries: Iterable[Booked | None]) -> Reading:
    """The entries as a reading; None stands for one that is of no concern."""
    every = list(entries)
    booked = [each for each in every if each is not None]
    prints = Prints(each.own_id for each in booked)
    return Reading([_line(each, prints) for each in booked], skipped=len(every) - len(booked))


def _line(each: Booked, prints: "Prints") -> Line:
    payer, words = (" ".join(told.split()) for told in (each.payer, each.text))
    print_ = prints.of(each.own_id, (each.booked_on.isoformat(), str(each.money), payer, words))
    return Line(each.number, each.booked_on, each.money, payer[:200], words[:1000], print_)


class Prints:
    """What makes each row known again: the bank's own reference, if it has one for each, else all it says.

    Equal rows of one file are told apart by counting them, so that the same file gives the same prints.
    """

    def __init__(self, ids: Iterable[str]) -> None:
        given = Counter(filter(None, ids))
        self.by_id = bool(given) and max(given.values()) == 1
        self.seen = Counter[str]()

    def of(self, own_id: str, says: tuple[str, ...]) -> str:
        """The fingerprint of one row."""
        if self.by_id and own_id:
            return fingerprint_of(own_id)
        said = text.content_hash("row", *says)
        self.seen[said] += 1
        return text.content_hash(said, str(self.seen[said]))


def fingerprint_of(own_id: str) -> str:
    """What makes an entry known again by the bank's own reference for it."""
    return text.content_hash("id", own_id.strip().casefold())


def require_near(day: date) -> date:
    """The day, where money can have been booked on it. Raises Unreadable."""
    if not date(2000, 1, 1) <= day <= clock.today() + AHEAD:
        raise Unreadable(f"“{day}” is too far in the past or in the future.")
    return day

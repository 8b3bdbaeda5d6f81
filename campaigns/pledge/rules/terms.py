"""A pledge in parts, each to be paid by a day that its sponsor chose, such as one for each term at school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.pledge.models import Pledge

MOST = 12
HORIZON = timedelta(days=3 * 365)
DUE_BEFORE = timedelta(days=14)  # so long before its day a part falls due
FIRST_AFTER = timedelta(days=14)
MONTHS_APART = 4  # three terms a year


@dataclass(frozen=True)
class Term:
    """One part of a pledge."""

    due_on: date
    amount: Money


class BadTerms(Refused):
    """The parts do not fit: too many, out of order, in the past or too far away."""

    field = "terms"


def check(terms: Sequence[Term], amount: Money) -> None:
    """Return quietly where a pledge of `amount` may be paid so. Raises BadTerms."""
    if not 1 <= len(terms) <= MOST:
        raise BadTerms(f"A pledge has between 1 and {MOST} parts.")
    days = [term.due_on for term in terms]
    if days[0] <= clock.today():
        raise BadTerms("The first day has to be after today.")
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise BadTerms("Each part has to be later than the one before.")
    if days[-1] > clock.today() + HORIZON:
        raise BadTerms("The last day has to be within three years.")
    if sum((term.amount for term in terms), Money.zero(amount.currency)) != amount:
        raise BadTerms("The parts do not add up to the pledge.")


def propose(amount: Money, parts: int) -> list[Term]:
    """Equal parts that lose no cent: the first in two weeks, then one every four months."""
    first = clock.today() + FIRST_AFTER
    days = [_months_later(first, MONTHS_APART * number) for number in range(parts)]
    return [Term(day, part) for day, part in zip(days, amount.split(parts), strict=True)]


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or its 28th."""
    year, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + year, month=month + 1, day=min(day.day, 28)) if months else day


def shrink(pledge: Pledge, amount: Money) -> None:
    """Bring a promise and its parts down to `amount`, in proportion; a part of which nothing is left goes.

    The instalments must be loaded.
    """
    parts = amount.allocate([each.amount for each in pledge.instalments])
    for instalment, part in list(zip(pledge.instalments, parts, strict=True)):
        if part:
            instalment.amount = part.amount
        else:
            pledge.instalments.remove(instalment)
            db.session.delete(instalment)
    pledge.amount = amount.amount

"""Which entries of a file are known from an earlier one, or were recorded by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from campaigns.kit import db, text
from campaigns.kit.money import Money
from campaigns.payment import queries
from campaigns.payment.rules.files.reading import Line
from campaigns.payment.rules.proposals import batches

WITHIN = timedelta(days=10)
"""How far the day that a treasurer typed, or another file has, may be from the bank's."""
Kept = dict[str, tuple[date, Money]]


def tell_apart(organisation_id: int, lines: Sequence[Line]) -> tuple[list[Line], frozenset[str]]:
    """The lines, and the fingerprints of those that are known.

    Some banks count their references anew each day: money of another amount, or of another week, under one that is
    known is other money, and gets a fingerprint of its own.
    """
    kept = _kept(organisation_id, (line.fingerprint for line in lines))
    told = [_apart(line) if _is_other(line, kept) else line for line in lines]
    kept = _kept(organisation_id, (line.fingerprint for line in told))
    return told, frozenset(kept)


def _kept(organisation_id: int, fingerprints: Iterable[str]) -> Kept:
    found = (db.session.execute(queries.known(organisation_id, each)) for each in batches(list(fingerprints)))
    return {row.fingerprint: (row.booked_on, Money(row.amount, row.currency)) for rows in found for row in rows}


def _is_other(line: Line, kept: Kept) -> bool:
    if line.fingerprint not in kept:
        return False
    day, money = kept[line.fingerprint]
    return money != line.money or abs(day - line.booked_on) > WITHIN


def _apart(line: Line) -> Line:
    said = (line.fingerprint, line.booked_on.isoformat(), str(line.money))
    return replace(line, fingerprint=text.content_hash(*said))

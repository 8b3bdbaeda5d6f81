"""Which instalment an entry on the bank statement pays: proposals that a treasurer confirms or changes.

A reference is looked for as the bank carried it, then as a person mistyped it (one character wrong,
missing, doubled or swapped with its neighbour); without one, the amount and the payer's name decide.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from sys import intern
from typing import Any, NamedTuple, Self

from rapidfuzz.distance import OSA

from campaigns.kit import refs
from campaigns.payment.rules.index import Index
from campaigns.payment.states import Because
from campaigns.pledge.states import UNPAID, InstalmentState

HEAD, PIECES = 4, 3
"""A reference with one slip, even one that touches two neighbours, has one of three pieces unharmed."""
SHORTEST_NAME = 3


class Due(NamedTuple):
    """What can be paid: an instalment, with the names of its sponsor."""

    id: int
    reference: str
    state: InstalmentState
    amount: int
    currency: str
    name: str
    organisation_name: str | None

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """From a row of `queries.to_match`; a currency is kept once, however many are paid in it."""
        number, reference, state, amount, currency, name, organisation_name = row
        return cls(number, reference, state, amount, intern(currency), name, organisation_name)

    @property
    def is_open(self) -> bool:
        """Whether it waits to be paid."""
        return self.state in UNPAID


class Said(NamedTuple):
    """What an entry on the statement says."""

    id: int
    amount: int
    currency: str
    payer: str | None
    remittance: str


Found = tuple[tuple[Due, ...], Because]


class Matcher:
    """The instalments of one community, looked up by whatever an entry says."""

    def __init__(self, instalments: Iterable[Due], orders: Mapping[str, Sequence[str]] = {}) -> None:
        self._orders = orders  # what a company pays by one transfer: the instalments' references by its own
        self._all = {each.reference: each for each in instalments}
        self._alike = {_compact(each.reference): each for each in self._all.values() if each.is_open}
        self._by_amount = Index(list(self._alike.values()), lambda each: (each.amount,))
        references = list(self._alike)
        self._pieces = Index(references, lambda reference: (piece for _, piece in _pieces(reference)))
        self._sizes = {len(piece) for length in set(map(len, references)) for _, piece in _pieces(" " * length)}

    def find(self, entry: Said) -> Found | None:
        """What an entry is thought to pay, and why; None where that is not clear."""
        return self._by_reference(entry) or self._by_typo(entry) or self._by_name(entry)

    def _by_reference(self, entry: Said) -> Found | None:
        said = refs.find_creditor_references(entry.remittance)
        quoted = [each for reference in said for each in self._orders.get(reference, (reference,))]
        found = [self._all[each] for each in quoted if each in self._all and _fits(self._all[each], entry)]
        due = tuple(each for each in found if each.is_open)
        if not due:
            return (tuple(found[:1]), Because.PAID_BEFORE) if found else None
        if sum(each.amount for each in due) == entry.amount:
            return due, Because.EXACT if len(due) == 1 else Because.SEVERAL
        return due[:1], Because.REFERENCE

    def _by_typo(self, entry: Said) -> Found | None:
        text = _compact(entry.remittance)
        candidates = {reference for reference, start in self._candidates(text) if _is_near(reference, text, start)}
        found = [self._alike[each] for each in candidates if _fits(self._alike[each], entry)]
        return (tuple(found), Because.TYPO) if len(found) == 1 else None

    def _candidates(self, text: str) -> Iterator[tuple[str, int]]:
        """References of which a piece stands in the text, and where they would begin."""
        for at in range(len(text)):
            for size in self._sizes:
                piece = text[at : at + size]
                for reference in self._pieces.having(piece):
                    yield from ((reference, at - start) for start, part in _pieces(reference) if part == piece)

    def _by_name(self, entry: Said) -> Found | None:
        payer = _words(entry.payer or "")
        same = self._by_amount.having(entry.amount) if payer else iter(())
        due = (each for each in same if each.amount == entry.amount and _fits(each, entry))
        found = tuple(each for each in due if any(name and name <= payer for name in _names(each)))
        return (found, Because.NAME) if len(found) == 1 else None


def _fits(instalment: Due, entry: Said) -> bool:
    return instalment.currency == entry.currency


def _names(instalment: Due) -> list[frozenset[str]]:
    return [_words(instalment.name), _words(instalment.organisation_name or "")]


def _words(name: str) -> frozenset[str]:
    """The words of a name without accents and case; a name with nothing long enough to go by has none."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    words = re.findall(r"\w+", "".join(char for char in letters if not unicodedata.combining(char)))
    return frozenset(words) if any(len(word) >= SHORTEST_NAME for word in words) else frozenset()


def _compact(text: str) -> str:
    """Letters and digits only, those that look alike being one."""
    compact = re.sub(r"[^A-Z0-9]", "", text.upper()).translate(refs.LOOK_ALIKES)
    return text if compact == text else compact  # kept once, however many there are


def _pieces(reference: str) -> Iterator[tuple[int, str]]:
    """Three pieces of what sets references apart, with where each begins: "RF" and check digits are not looked up."""
    size = (len(reference) - HEAD) // PIECES
    for number in range(PIECES):
        start = HEAD + number * size
        yield start, reference[start : start + size] if number < PIECES - 1 else reference[start:]


def _is_near(reference: str, text: str, start: int) -> bool:
    """Whether the text has the reference about here, with one slip at most."""
    length = len(reference)
    starts = range(max(start - 1, 0), max(start, 0) + 2)
    parts = (text[at : at + size] for at in starts for size in (length, length - 1, length + 1))
    return any(OSA.distance(reference, part, score_cutoff=1) <= 1 for part in parts)

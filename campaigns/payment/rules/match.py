"""Which instalment an entry on the bank statement pays: proposals that a treasurer confirms or changes.

A reference is looked for as the bank carried it, then as a person mistyped it (one character wrong,
missing, doubled or swapped with its neighbour); without one, the amount and the payer's name decide.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence

from campaigns.kit import refs
from campaigns.payment.models import BankEntry
from campaigns.payment.states import Because, EntryState
from campaigns.pledge.models import Instalment
from campaigns.pledge.states import UNPAID

PIECES = 3
"""A reference with one slip, even one that touches two neighbours, has one of three pieces unharmed."""
SHORTEST_NAME = 3


class Matcher:
    """The instalments of one community, looked up by whatever an entry says."""

    def __init__(self, instalments: Sequence[Instalment]) -> None:
        self._all = {each.reference: each for each in instalments}
        self._open = [each for each in instalments if each.state in UNPAID]
        self._alike = {_compact(each.reference): each for each in self._open}
        self._pieces: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for reference in self._alike:
            for start, piece in _pieces(reference):
                self._pieces[piece].append((reference, start))

    def propose(self, entry: BankEntry) -> None:
        """Set what an open entry is thought to pay, and why; nothing where that is not clear."""
        found = self._by_reference(entry) or self._by_typo(entry) or self._by_name(entry)
        instalment, because = found if found is not None else (None, None)
        entry.instalment, entry.proposed_because = instalment, because
        state = EntryState.PROPOSED if instalment is not None else EntryState.UNMATCHED
        if entry.state is not state:
            entry.move_to(state)

    def _by_reference(self, entry: BankEntry) -> tuple[Instalment, Because] | None:
        quoted = refs.find_creditor_references(entry.remittance)
        found = [self._all[each] for each in quoted if each in self._all and _fits(self._all[each], entry)]
        found.sort(key=lambda each: each.state not in UNPAID)
        if not found:
            return None
        if found[0].state not in UNPAID:
            return found[0], Because.PAID_BEFORE
        return found[0], Because.EXACT if found[0].money == entry.money else Because.REFERENCE

    def _by_typo(self, entry: BankEntry) -> tuple[Instalment, Because] | None:
        text = _compact(entry.remittance)
        candidates = {reference for reference, start in self._candidates(text) if _is_near(reference, text, start)}
        found = [self._alike[each] for each in candidates if _fits(self._alike[each], entry)]
        return (found[0], Because.TYPO) if len(found) == 1 else None

    def _candidates(self, text: str) -> Iterator[tuple[str, int]]:
        """References of which a piece stands in the text, and where they would begin."""
        sizes = {len(piece) for piece in self._pieces}
        for at in range(len(text)):
            for size in sizes:
                for reference, start in self._pieces.get(text[at : at + size], ()):
                    yield reference, at - start

    def _by_name(self, entry: BankEntry) -> tuple[Instalment, Because] | None:
        payer = _words(entry.payer or "")
        same = [each for each in self._open if each.money == entry.money]
        found = [each for each in same if any(name and name <= payer for name in _names(each))]
        return (found[0], Because.NAME) if len(found) == 1 else None


def _fits(instalment: Instalment, entry: BankEntry) -> bool:
    return instalment.currency == entry.currency


def _names(instalment: Instalment) -> list[frozenset[str]]:
    return [_words(instalment.pledge.name), _words(instalment.pledge.organisation_name or "")]


def _words(name: str) -> frozenset[str]:
    """The words of a name without accents and case; a name with nothing long enough to go by has none."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    words = re.findall(r"\w+", "".join(char for char in letters if not unicodedata.combining(char)))
    return frozenset(words) if any(len(word) >= SHORTEST_NAME for word in words) else frozenset()


def _compact(text: str) -> str:
    """Letters and digits only, those that look alike being one."""
    return re.sub(r"[^A-Z0-9]", "", text.upper()).translate(refs.LOOK_ALIKES)


def _pieces(reference: str) -> Iterator[tuple[int, str]]:
    size = len(reference) // PIECES
    for number in range(PIECES):
        start = number * size
        yield start, reference[start : start + size] if number < PIECES - 1 else reference[start:]


def _is_near(reference: str, text: str, start: int) -> bool:
    """Whether the text has the reference about here, with one slip at most."""
    length = len(reference)
    starts = range(max(start - 1, 0), max(start, 0) + 2)
    return any(_one_slip(reference, text[at : at + size]) for at in starts for size in (length, length - 1, length + 1))


def _one_slip(right: str, typed: str) -> bool:
    """Whether these are equal, or one character is wrong, missing or too many, or two neighbours are swapped."""
    if right == typed:
        return True
    at = next((i for i, (a, b) in enumerate(zip(right, typed, strict=False)) if a != b), min(len(right), len(typed)))
    wrong = right[at + 1 :] == typed[at + 1 :] and len(right) == len(typed)
    missing = right[at + 1 :] == typed[at:]
    extra = right[at:] == typed[at + 1 :]
    swapped = right[at : at + 2] == typed[at : at + 2][::-1] and right[at + 2 :] == typed[at + 2 :]
    return wrong or missing or extra or swapped

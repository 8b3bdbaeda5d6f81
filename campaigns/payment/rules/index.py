"""Many things found by keys that few of them share, in a small part of the memory that tables of lists take."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")

PLACE_BITS = 24
"""As many things as are told apart: 16 million. The other 40 bits of a number are those of a key's hash."""
PLACES = (1 << PLACE_BITS) - 1
AT_ONCE = 20_000


class Index(Generic[T]):
    """Things by their keys: a sorted row of numbers, each of a key's hash and a thing's place."""

    def __init__(self, things: Sequence[T], keys: Callable[[T], Iterable[Hashable]]) -> None:
        if len(things) > PLACES:
            raise ValueError("more than can be told apart")
        self._things = things
        self._row = _sorted(_begin(key) | n for n, thing in enumerate(things) for key in keys(thing))

    def having(self, key: Hashable) -> Iterator[T]:
        """What has this key, each once; rarely also what has another key of the same hash, so look at it."""
        begin = _begin(key)
        for at in range(bisect_left(self._row, begin), len(self._row)):
            number = self._row[at]
            if number > begin | PLACES:
                return
            if at == 0 or number != self._row[at - 1]:
                yield self._things[number & PLACES]


def _sorted(numbers: Iterator[int]) -> "array[int]":
    """In order, without ever holding all of them as Python's own numbers."""
    parts = iter(lambda: array("Q", sorted(islice(numbers, AT_ONCE))), array("Q"))
    return array("Q", merge(*parts))


def _begin(key: Hashable) -> int:
    return (hash(key) & ((1 << 40) - 1)) << PLACE_BITS

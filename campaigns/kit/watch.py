"""Long work shows how far it is to whoever waits for it, where somebody does."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Watch(Protocol):
    """Goes through the steps of a piece of work, telling how far it is: `watch("Matching", batches)`."""

    def __call__(self, label: str, steps: Sequence[T], /) -> Iterable[T]:
        """The same steps."""
        ...


def unwatched(_label: str, steps: Sequence[T], /) -> Iterable[T]:
    """The steps, while nobody looks."""
    return steps

"""States are tables of moves; one function reads them."""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import TypeVar

from campaigns.kit.errors import IllegalMove

S = TypeVar("S", bound=StrEnum)
Moves = Mapping[S, Set[S]]


def words(state: StrEnum) -> str:
    """The state's name as people read it: `in_review` → "in review"."""
    return state.value.replace("_", " ")


def check_move(moves: Moves[S], current: S, target: S) -> None:
    """Return quietly where `moves` has an arrow from `current` to `target`; raise IllegalMove otherwise."""
    if target not in moves.get(current, frozenset()):
        raise IllegalMove(f"This is {words(current)} and cannot become {words(target)}.")

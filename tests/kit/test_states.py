"""States move along the arrows of their table, and along no other."""

from enum import StrEnum

import pytest

from campaigns.kit.errors import IllegalMove, Refused
from campaigns.kit.states import Moves, check_move, words


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    OUT_OF_ORDER = "out_of_order"


MOVES: Moves[Light] = {Light.RED: {Light.GREEN}, Light.GREEN: {Light.RED, Light.OUT_OF_ORDER}}
ARROWS = [(here, there) for here, targets in MOVES.items() for there in targets]
ABSENT = [(here, there) for here in Light for there in Light if (here, there) not in ARROWS]


@pytest.mark.parametrize(("here", "there"), ARROWS)
def test_an_arrow_can_be_followed(here, there):
    assert check_move(MOVES, here, there) is None


@pytest.mark.parametrize(("here", "there"), ABSENT)
def test_where_there_is_no_arrow_there_is_no_move(here, there):
    with pytest.raises(IllegalMove, match=words(there)):
        check_move(MOVES, here, there)


def test_a_move_that_does_not_exist_is_refused_in_words_for_people():
    with pytest.raises(Refused, match="This is out of order and cannot become red"):
        check_move(MOVES, Light.OUT_OF_ORDER, Light.RED)


def test_a_states_name_is_read_as_words():
    assert words(Light.OUT_OF_ORDER) == "out of order"

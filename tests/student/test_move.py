"""The stages of an application are a table: what is not in it does not happen."""

import itertools

import pytest

from campaigns.kit import crypto
from campaigns.kit.errors import IllegalMove
from campaigns.student.models import Application
from campaigns.student.states import MOVES, Stage

ARROWS = [(current, target) for current, targets in MOVES.items() for target in sorted(targets)]
ABSENT = [pair for pair in itertools.product(Stage, Stage) if pair not in ARROWS]


@pytest.fixture(autouse=True)
def sealing_key():
    crypto.use_keys("a key to seal with")  # an application is made with a key of its own


@pytest.mark.parametrize(("current", "target"), ARROWS)
def test_an_arrow_is_followed(current, target):
    application = Application(stage=current)

    application.move_to(target)

    assert application.stage is target


@pytest.mark.parametrize(("current", "target"), ABSENT)
def test_an_absent_arrow_is_refused_and_nothing_moves(current, target):
    application = Application(stage=current)

    with pytest.raises(IllegalMove):
        application.move_to(target)
    assert application.stage is current


def test_nothing_comes_back_from_the_end():
    assert {Stage.COMPLETED, Stage.LEFT}.isdisjoint(MOVES)


def test_nothing_is_approved_that_was_not_in_review():
    assert [stage for stage, targets in MOVES.items() if Stage.APPROVED in targets] == [
        Stage.IN_REVIEW,
        Stage.WAITLISTED,
        Stage.APPEALED,
    ]

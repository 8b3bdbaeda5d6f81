"""What a pledge has come to, from its instalments; what an instalment may become."""

from itertools import product

import pytest

from campaigns.kit import clock
from campaigns.kit.errors import IllegalMove
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules import derive
from campaigns.pledge.states import MOVES, InstalmentState, PledgeStatus

SCHEDULED, DUE, OVERDUE, PAID, LAPSED, CANCELLED, RETURNED = InstalmentState
ABSENT = [(a, b) for a, b in product(InstalmentState, repeat=2) if b not in MOVES.get(a, ())]


def pledge(*states, confirmed=True, ended=False):
    now = clock.now()
    return Pledge(
        confirmed_at=now if confirmed else None,
        ended_at=now if ended else None,
        instalments=[Instalment(number=number, state=state) for number, state in enumerate(states, start=1)],
    )


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ([DUE], PledgeStatus.CONFIRMED),
        ([SCHEDULED], PledgeStatus.CONFIRMED),
        ([SCHEDULED, DUE], PledgeStatus.CONFIRMED),
        ([PAID, DUE], PledgeStatus.IN_PROGRESS),
        ([PAID, SCHEDULED], PledgeStatus.IN_PROGRESS),
        ([PAID], PledgeStatus.FULFILLED),
        ([PAID, PAID], PledgeStatus.FULFILLED),
        ([PAID, CANCELLED], PledgeStatus.FULFILLED),
        ([PAID, LAPSED], PledgeStatus.FULFILLED),
        ([OVERDUE], PledgeStatus.OVERDUE),
        ([PAID, OVERDUE], PledgeStatus.OVERDUE),
        ([OVERDUE, SCHEDULED], PledgeStatus.OVERDUE),
        ([LAPSED], PledgeStatus.LAPSED),
        ([LAPSED, CANCELLED], PledgeStatus.LAPSED),
        ([CANCELLED], PledgeStatus.WITHDRAWN),
        ([RETURNED], PledgeStatus.WITHDRAWN),
        ([PAID, RETURNED, CANCELLED], PledgeStatus.FULFILLED),
    ],
)
def test_the_status_follows_from_the_instalments(states, status):
    assert derive(pledge(*states)) is status


def test_before_it_is_confirmed_a_pledge_is_a_promise_or_dropped():
    assert derive(pledge(SCHEDULED, confirmed=False)) is PledgeStatus.PROMISED
    assert derive(pledge(CANCELLED, confirmed=False, ended=True)) is PledgeStatus.CANCELLED


@pytest.mark.parametrize(("current", "target"), ABSENT)
def test_an_instalment_takes_no_step_that_the_table_has_not(current, target):
    instalment = Instalment(state=current)

    with pytest.raises(IllegalMove):
        instalment.move_to(target)
    assert instalment.state is current

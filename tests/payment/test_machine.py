"""Pledges and money, whatever happens to them in whatever order.

MACHINE_RUNS and MACHINE_STEPS say how long: 2,000 runs of 50 steps take about an hour.
"""

import os
import shutil
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from campaigns.campaign.rules import check as campaign
from campaigns.disbursement.rules import check as disbursement
from campaigns.kit import db
from campaigns.payment.rules import check as payment
from campaigns.pledge.rules import check as pledge
from tests.cast.accounts import pay_at
from tests.payment.machine import MoneyMachine, World

CHECKS = (campaign.problems, pledge.problems, payment.problems, disbursement.problems)
FEW = settings(
    max_examples=int(os.environ.get("MACHINE_RUNS", "8")),
    stateful_step_count=int(os.environ.get("MACHINE_STEPS", "30")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # a long run that fails is told as it is: to make it shorter takes minutes
)


@pytest.fixture
def world(app, cards, lantern, a_campaign, tomas, amina, time_machine, tmp_path):
    """Two campaigns of three lines, a treasurer and a second person; the clock moves with each run."""
    begins = datetime(2027, 1, 4, 9, tzinfo=UTC)
    time_machine.move_to(begins, tick=False)
    made = [a_campaign(needs=[("Tuition", 100_00), ("Books", 40_00), ("Exam", 5_01)], alias=name) for name in "AB"]
    ids = [each.id for each in made]
    pay_at(made[0])  # the school of both
    db.session.commit()
    file, kept = tmp_path / "vouch.sqlite", tmp_path / "kept.sqlite"
    community, treasurer, second = lantern.id, tomas.id, amina.id
    db.session.remove()
    db.sql.engine.dispose()
    shutil.copyfile(file, kept)
    return World(
        file, kept, cards, community, ids, treasurer, second, lambda day: time_machine.move_to(day, tick=False), begins
    )


def test_the_money_adds_up_whatever_happens(world):
    class Run(MoneyMachine):
        checks = CHECKS

    Run.world = world
    assert run_state_machine_as_test(Run, settings=FEW) is None

"""Who does not answer is reminded once, and in the end the link stops working."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.kit import clock, db
from campaigns.student import rules as students
from campaigns.student.models import ConfirmationRequest
from campaigns.student.rules import requests as rules
from campaigns.student.rules.requests import send, sweep
from campaigns.student.states import RequestState, Stage
from tests.cast.crowd import at_once
from tests.cast.letters import letters_to, link_to

RUTH = "ruth@example.net"
A_WEEK_ON = sweep.REMINDED_AFTER + timedelta(minutes=1)


@pytest.fixture
def application(an_application):
    return an_application(Stage.IN_REVIEW)


def later(wait: timedelta) -> None:
    with clock.at(clock.now() + wait):
        rules.look_after()


def state() -> RequestState:
    db.session.rollback()
    return db.session.scalars(sa.select(ConfirmationRequest.state)).one()


def test_after_a_week_there_is_one_reminder(application, asked):
    asked(application, "referee", RUTH)
    for _ in range(3):
        later(A_WEEK_ON)
    letters = letters_to(RUTH)
    assert len(letters) == 2
    assert letters[1].subject.startswith("Reminder")


def test_not_before(application, asked):
    asked(application, "referee", RUTH)
    later(sweep.REMINDED_AFTER - timedelta(minutes=1))
    assert len(letters_to(RUTH)) == 1


def test_the_first_link_and_that_of_the_reminder_both_open_it(application, client, asked):
    first = asked(application, "referee", RUTH)
    later(A_WEEK_ON)
    for link in (first, link_to(RUTH, "/vouch/")):
        assert client.get(link).status_code == 200


def test_nobody_is_reminded_of_what_they_answered_or_of_what_was_taken_back(application, asked):
    asked(application, "referee", RUTH)
    students.leave(application)
    db.session.commit()
    later(A_WEEK_ON)
    assert len(letters_to(RUTH)) == 1


def test_where_the_link_was_passed_on_there_is_nobody_to_write_to(application, asked):
    asked(application, "referee")
    later(A_WEEK_ON)
    assert db.session.scalars(sa.select(ConfirmationRequest.reminded_at)).one() is None


def test_at_its_end_the_link_stops_working(application, client, asked):
    link = asked(application, "referee", RUTH)
    with clock.at(clock.now() + send.LASTS + timedelta(minutes=1)):
        assert client.get(link).status_code == 410
        rules.look_after()
    assert state() is RequestState.EXPIRED


def test_sent_again_it_is_open_again(application, client, asked):
    asked(application, "referee", RUTH)
    later(send.LASTS + timedelta(minutes=1))
    with clock.at(clock.now() + send.LASTS + timedelta(hours=1)):
        rules.send_again(application, db.session.scalars(sa.select(ConfirmationRequest.id)).one(), by=None)
        db.session.commit()
        assert client.get(link_to(RUTH, "/vouch/")).status_code == 200
    assert state() is RequestState.OPEN


@pytest.mark.both_databases
def test_two_workers_remind_once(app, application, asked):
    asked(application, "referee", RUTH)
    at_once(app, *[lambda: later(A_WEEK_ON)] * 3)
    assert len(letters_to(RUTH)) == 2

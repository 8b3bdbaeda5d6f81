"""The company is reminded once, before the quiet period ends."""

from datetime import timedelta

import pytest

from campaigns.ask import jobs
from campaigns.ask.states import QUIET, REMIND_BEFORE, AskState
from campaigns.kit import clock, db
from campaigns.kit.templating import day
from campaigns.notice.models import Notice
from tests.ask.conftest import CONTACT, words_of


def reminders():
    return db.session.query(Notice).filter(Notice.key.startswith("ask.reminder:")).all()


@pytest.mark.parametrize(
    ("before_end", "told"),
    [
        (REMIND_BEFORE + timedelta(seconds=1), 0),
        (REMIND_BEFORE, 1),
        (timedelta(seconds=1), 1),
        (timedelta(0), 0),
        (-timedelta(days=1), 0),
    ],
)
def test_the_reminder_goes_out_three_days_before_the_end(an_ask, before_end, told):
    ask = an_ask(AskState.PRIVATE)
    with clock.at(ask.quiet_until - before_end):
        jobs.remind()
    assert len(reminders()) == told


def test_it_goes_out_once(an_ask):
    ask = an_ask(AskState.PRIVATE)
    for hours in (72, 48, 1):
        with clock.at(ask.quiet_until - timedelta(hours=hours)):
            jobs.remind()
    assert len(reminders()) == 1
    assert ask.reminded_at is not None


@pytest.mark.parametrize("state", [AskState.ANSWERED, AskState.MODERATED])
def test_only_a_company_that_has_not_answered_is_reminded(an_ask, state):
    sent = clock.now() - QUIET + timedelta(days=1) if state is AskState.ANSWERED else None
    an_ask(state, was_public=False, sent_at=sent)
    jobs.remind()
    assert reminders() == []


def test_the_reminder_names_the_day_and_links_to_the_answer(an_ask, post):
    ask = an_ask(AskState.PRIVATE, sent_at=clock.now() - QUIET + timedelta(days=2))
    jobs.remind()
    [letter] = post()
    assert letter["To"] == CONTACT
    for body in words_of(letter):
        assert day(ask.quiet_until) in body
        assert "/reply/" in body
        assert "€500.00" in body

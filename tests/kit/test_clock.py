"""The time comes from one place, in UTC, and can be held."""

import threading
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from campaigns.kit import clock

EVE = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def test_now_is_in_utc():
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_clock_can_be_held():
    with clock.at(EVE):
        assert clock.now() == EVE
        assert clock.today() == date(2026, 12, 31)


def test_it_goes_on_afterwards_also_after_a_fault():
    with pytest.raises(KeyError), clock.at(EVE):
        raise KeyError
    assert clock.now() != EVE


def test_it_can_be_held_within_being_held():
    with clock.at(EVE):
        with clock.at(EVE + timedelta(days=1)):
            assert clock.today() == date(2027, 1, 1)
        assert clock.now() == EVE


def test_a_day_is_that_of_utc_whatever_the_zone_it_was_set_in():
    tokyo = timezone(timedelta(hours=9))
    with clock.at(datetime(2027, 1, 1, 8, 30, tzinfo=tokyo)):
        assert clock.today() == date(2026, 12, 31)


def test_holding_it_here_does_not_hold_it_elsewhere():
    seen: list[datetime] = []
    with clock.at(EVE):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != EVE

"""Where no event comes, the provider is asked: nothing stays unclear for good, and no answer is taken twice."""

from datetime import timedelta

import pytest

from campaigns.kit import clock, db
from campaigns.kit.errors import Busy
from campaigns.payment.models import PaymentAttempt
from campaigns.payment.rules import inbox, reconcile
from campaigns.payment.states import AttemptState
from tests.cast import cards as cast
from tests.cast.cards import at_once, cases, check_paid_once, check_unpaid, event_states, now
from tests.fakes.stripe import faults

SESSIONS = "/v1/checkout/sessions"
OPENING = f"POST {SESSIONS}"


def later(**passed: float) -> None:
    """Time passes, then the sweep runs."""
    with clock.at(clock.now() + timedelta(**passed)):
        reconcile.reconcile()


def lose_the_answer(cards, pledge, fault=None) -> None:
    cards.fake.faults.append(fault or faults.lost_answer(on=OPENING))
    with pytest.raises(Busy):
        cards.page(pledge)


def test_a_payment_whose_events_were_all_lost_is_found(cards, card_pledge):
    cards.fake.pay(cards.page(card_pledge))
    later(minutes=9)
    check_unpaid(card_pledge)
    later(minutes=11)
    check_paid_once(card_pledge)


@pytest.mark.both_databases
def test_the_sweep_and_the_events_at_once_book_it_once(cards, card_pledge):
    paid = cards.fake.pay(cards.page(card_pledge))
    cards.post(paid)
    ways = iter([inbox.work_off, lambda: later(minutes=11)] * 3)
    at_once(cards.app, 6, lambda: next(ways)())
    check_paid_once(card_pledge)


def test_what_was_looked_at_is_left_alone_for_ten_minutes(cards, card_pledge):
    session = cards.page(card_pledge)
    with clock.at(clock.now() + timedelta(minutes=11)):
        for _ in range(3):
            reconcile.reconcile()
    assert len(cards.fake.calls("GET", f"{SESSIONS}/{session}")) == 1


def test_a_lost_answer_is_asked_for_again_with_the_same_key(cards, card_pledge):
    """Edge case 25: a time-out after Stripe succeeded, and nobody presses again: the sweep finds the page."""
    lose_the_answer(cards, card_pledge)
    cards.fake.pay(cards.fake.all("checkout.session")[0]["id"])
    later(minutes=11)
    assert len({call.key for call in cards.fake.calls("POST", SESSIONS)}) == 1
    assert len(cards.fake.all("checkout.session")) == 1
    check_paid_once(card_pledge)


@pytest.mark.parametrize("paid", [True, False])
def test_after_a_day_a_lost_page_is_looked_for_by_our_key(cards, card_pledge, paid):
    lose_the_answer(cards, card_pledge)
    session = cards.fake.all("checkout.session")[0]["id"]
    if paid:
        cards.fake.pay(session)
    else:
        cards.fake.expire(session)
    later(hours=25)
    assert len(cards.fake.calls("POST", SESSIONS)) == 1
    assert cast.attempt(card_pledge).session_ref == session
    if paid:
        check_paid_once(card_pledge)
    else:
        assert cast.attempt(card_pledge).state is AttemptState.EXPIRED


def test_after_a_day_a_page_that_never_was_makes_room(cards, card_pledge):
    lose_the_answer(cards, card_pledge, faults.refused_connection(on=OPENING))
    later(hours=25)
    assert cast.attempt(card_pledge).state is AttemptState.EXPIRED
    cards.pay(card_pledge)
    check_paid_once(card_pledge)


def test_an_expired_page_is_noticed_without_its_event(cards, card_pledge):
    """Edge case 23: the session expired, its event was lost: payable again after the next look."""
    first = cards.page(card_pledge)
    cards.fake.expire(first)
    later(minutes=11)
    assert cards.pay(card_pledge) != first
    check_paid_once(card_pledge)


def test_another_amount_is_a_case_here_too(cards, card_pledge):
    """Edge case 18: also where the sweep sees the other amount first."""
    cards.deliver(cards.fake.pay(cards.page(card_pledge), amount=1_00))
    later(minutes=11)
    assert cases() == ["amount_mismatch"]
    check_unpaid(card_pledge)


def test_a_page_that_stripe_does_not_know_is_a_case(cards, card_pledge):
    cards.fake.objects.pop(cards.page(card_pledge))
    later(minutes=11)
    assert cases() == ["provider_says_otherwise"]
    assert cast.attempt(card_pledge).state is AttemptState.REQUIRES_ACTION


def test_while_stripe_is_down_nothing_is_concluded(cards, card_pledge):
    session = cards.page(card_pledge)
    cards.fake.pay(session)
    cards.fake.faults += [faults.server_error(on=f"GET {SESSIONS}") for _ in range(3)]
    later(minutes=11)
    check_unpaid(card_pledge)
    assert cast.attempt(card_pledge).state is AttemptState.REQUIRES_ACTION
    later(minutes=22)
    check_paid_once(card_pledge)


def test_events_that_could_not_be_delivered_are_fetched_once_an_hour(cards, card_pledge):
    cards.fake.pay(cards.page(card_pledge))
    for minute in (16, 17, 18):
        with clock.at(clock.now().replace(minute=minute)):
            reconcile.fetch_undelivered()
    assert len(cards.fake.calls("GET", "/v1/events")) == 1
    assert set(event_states().values()) == {"received"}
    inbox.work_off()
    check_paid_once(card_pledge)


@pytest.mark.parametrize("fault", [faults.rate_limited, faults.server_error])
def test_a_fault_while_fetching_events_is_nothing_lost(cards, card_pledge, fault):
    cards.fake.pay(cards.page(card_pledge))
    cards.fake.faults += [fault(on="GET /v1/events") for _ in range(3)]
    with clock.at(clock.now().replace(minute=17)):
        reconcile.fetch_undelivered()
    assert event_states() == {}
    assert now(card_pledge).campaign.received == 0


def test_without_a_key_no_sweep_asks_anybody(app):
    for sweep in (inbox.work_off, reconcile.reconcile, reconcile.fetch_undelivered):
        sweep()
    assert db.session.query(PaymentAttempt).count() == 0

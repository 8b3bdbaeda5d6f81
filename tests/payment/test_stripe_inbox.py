"""Events in any order, more than once, too early, too late: the books come out the same."""

import pytest

from campaigns.kit import db, queue
from campaigns.kit.errors import Busy
from campaigns.ledger.models import Movement
from campaigns.payment.models import PaymentAttempt, ProviderEvent, Receipt
from campaigns.payment.rules import attempts, inbox
from campaigns.payment.states import AttemptState
from campaigns.pledge.states import PledgeStatus
from tests.cast import cards as cast
from tests.cast.cards import at_once, balances, cases, check_books, check_paid_once, check_unpaid, event_states, now
from tests.fakes.stripe import faults


@pytest.mark.both_databases
def test_an_event_that_comes_twice_is_booked_once(cards, card_pledge):
    """Edge case 9: the same event delivered twice, before and after it was worked on, makes one ledger row."""
    paid = cards.fake.pay(cards.page(card_pledge))
    assert [cards.post(paid).status_code for _ in range(2)] == [200, 200]
    inbox.work_off()
    cards.deliver(paid)
    assert event_states() == {paid["id"]: "done"}
    check_paid_once(card_pledge)


@pytest.mark.both_databases
def test_an_event_that_comes_twelve_times_at_once_is_booked_once(cards, card_pledge):
    """Edge case 10: the same event delivered and worked on 12 times at once makes one ledger row."""
    paid = cards.fake.pay(cards.page(card_pledge))

    def deliver() -> int:
        answer = cards.post(paid).status_code
        inbox.work_off()
        return answer

    assert at_once(cards.app, 12, deliver) == [200] * 12
    assert event_states() == {paid["id"]: "done"}
    assert db.session.get_one(ProviderEvent, paid["id"]).fault is None
    check_paid_once(card_pledge)


@pytest.mark.both_databases
def test_two_events_about_one_charge_are_booked_once(cards, card_pledge):
    """Edge case 11: two event ids that tell of the same charge make one ledger row, also worked on at once."""
    session = cards.page(card_pledge)
    completed = cards.fake.pay(session)
    succeeded = cards.fake.event("payment_intent.succeeded")
    for event in (completed, succeeded):
        cards.post(event)
    at_once(cards.app, 2, inbox.work_off)
    assert event_states() == {completed["id"]: "done", succeeded["id"]: "done"}
    check_paid_once(card_pledge)


def test_a_failure_told_after_the_success_takes_nothing_back(cards, card_pledge):
    """Edge case 12: payment_failed arriving after succeeded does not regress."""
    session = cards.page(card_pledge)
    declined = cards.fake.decline(session)
    cards.deliver(cards.fake.pay(session), declined)
    assert event_states()[declined["id"]] == "done"
    assert cast.attempt(card_pledge).state is AttemptState.SUCCEEDED
    check_paid_once(card_pledge)


@pytest.mark.parametrize("late", [AttemptState.FAILED, AttemptState.EXPIRED, AttemptState.REQUIRES_ACTION])
def test_an_answer_fetched_before_the_success_takes_nothing_back(cards, card_pledge, late):
    """Edge case 12: nor does an answer that was fetched earlier and is looked at later."""
    cards.pay(card_pledge)
    answer = attempts.Payment(late, card_pledge.money, None, None, None, None)
    attempts.reflect(cast.attempt(card_pledge), answer)
    db.session.commit()
    assert cast.attempt(card_pledge).state is AttemptState.SUCCEEDED
    check_paid_once(card_pledge)


@pytest.mark.parametrize("refund_first", [True, False])
def test_a_refund_told_before_its_payment_converges(cards, card_pledge, refund_first):
    """Edge case 13: a refund event before the payment event comes to the same as after it."""
    session = cards.page(card_pledge)
    told = [cards.fake.pay(session), cards.fake.refund(session, 20_00)]
    cards.deliver(*(reversed(told) if refund_first else told))
    assert set(event_states().values()) == {"done"}
    assert balances() == {"stripe": -30_00, "campaign": 30_00}
    moved = [(move.kind, move.amount) for move in db.session.query(Movement).order_by(Movement.id)]
    assert moved == [("payment", 50_00), ("fee", 1_00), ("refund", 20_00)]
    assert db.session.query(Receipt).count() == 1
    assert now(card_pledge).campaign.received == 30_00
    assert cases() == ["refund_seen"]
    check_books()


def test_a_webhook_may_come_before_we_know_the_ids(cards, card_pledge):
    """Edge case 14: a webhook before the attempt stored its session and intent ids finds it by our key."""
    cards.fake.faults.append(faults.lost_answer(on="POST /v1/checkout/sessions"))
    with pytest.raises(Busy):
        cards.page(card_pledge)
    attempt = cast.attempt(card_pledge)
    assert (attempt.state, attempt.session_ref, attempt.intent_ref) == (AttemptState.UNKNOWN, None, None)
    cards.fake.pay(cards.fake.all("checkout.session")[0]["id"])
    cards.deliver(cards.fake.event("payment_intent.succeeded"))
    attempt = cast.attempt(card_pledge)
    assert attempt.intent_ref == cards.fake.all("payment_intent")[0]["id"]
    check_paid_once(card_pledge)


def test_another_applications_payment_is_none_of_ours(cards, card_pledge):
    """Edge case 14: an intent without our key, on the same account, is left alone."""
    cards.fake.intent(50_00, metadata={"attempt": "somebody else's"})
    stranger = cards.fake.emit("payment_intent.succeeded", cards.fake.all("payment_intent")[0])
    cards.deliver(stranger)
    assert event_states() == {stranger["id"]: "ignored"}
    check_unpaid(card_pledge)


def test_an_event_is_finished_after_a_crash(cards, card_pledge):
    """Edge case 15: a crash after the event was stored, before it was worked on; the next sweep finishes it."""
    paid = cards.fake.pay(cards.page(card_pledge))
    assert cards.post(paid).status_code == 200
    assert event_states() == {paid["id"]: "received"}
    check_unpaid(card_pledge)
    queue.run_all()
    check_paid_once(card_pledge)


def test_a_crash_halfway_leaves_nothing_half_done(cards, card_pledge, monkeypatch):
    """Edge case 15: a crash in the middle of the booking undoes all of it; the next sweep does all of it."""
    paid = cards.fake.pay(cards.page(card_pledge))
    cards.post(paid)
    reflect = attempts.reflect

    def killed(attempt, payment):
        reflect(attempt, payment)
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(attempts, "reflect", killed)
        with pytest.raises(SystemExit):
            inbox.work_off()
    check_unpaid(card_pledge)
    assert db.session.query(PaymentAttempt).one().state is AttemptState.REQUIRES_ACTION
    queue.run_all()
    check_paid_once(card_pledge)


def test_a_fault_in_one_event_keeps_no_other_waiting(cards, a_campaign, a_pledge, monkeypatch):
    campaign = a_campaign()
    unlucky, lucky = (a_pledge(campaign, amount) for amount in (10_00, 20_00))
    events = [cards.fake.pay(cards.page(pledge)) for pledge in (unlucky, lucky)]
    for event in events:
        cards.post(event)
    reflect = attempts.reflect

    def faulty(attempt, payment):
        if payment.money == unlucky.money:
            raise RuntimeError("a bug")
        reflect(attempt, payment)

    with monkeypatch.context() as broken:
        broken.setattr(attempts, "reflect", faulty)
        for _ in range(inbox.MOST_TRIES):
            inbox.work_off()
    assert event_states() == {events[0]["id"]: "quarantined", events[1]["id"]: "done"}
    assert (now(unlucky).status, now(lucky).status) == (PledgeStatus.CONFIRMED, PledgeStatus.FULFILLED)
    assert cases() == ["provider_says_otherwise"]
    check_books()


def test_while_stripe_is_down_events_wait_however_long(cards, card_pledge):
    paid = cards.fake.pay(cards.page(card_pledge))
    cards.post(paid)
    for _ in range(inbox.MOST_TRIES + 1):
        cards.fake.faults[:] = [faults.server_error() for _ in range(3)]
        inbox.work_off()
    assert event_states() == {paid["id"]: "received"}
    assert cases() == ["provider_says_otherwise"]
    check_unpaid(card_pledge)
    inbox.work_off()
    check_paid_once(card_pledge)

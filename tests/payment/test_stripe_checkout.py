"""Pressing the pay button: one hosted page, whatever happens between us and Stripe, and payable again after."""

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from campaigns.kit import clock, db, links
from campaigns.payment import gateway
from campaigns.payment.models import PaymentAttempt
from campaigns.payment.rules import checkout, inbox, reconcile
from campaigns.payment.states import AttemptState
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules import cards as limits
from campaigns.pledge.states import InstalmentState
from tests.cast import cards as cast
from tests.cast.browser import Browser
from tests.cast.cards import Cards, at_once, cases, check_paid_once, check_unpaid, now, press_pay
from tests.fakes.stripe import faults

SESSIONS = "/v1/checkout/sessions"
OPENING = f"POST {SESSIONS}"


def press(cards: Cards, pledge: Pledge) -> TestResponse:
    return press_pay(Browser(cards.app), pledge.ref)


def keys(cards: Cards) -> list[str | None]:
    return [call.key for call in cards.fake.calls("POST", SESSIONS)]


def sessions(cards: Cards) -> list[str]:
    return [session["id"] for session in cards.fake.all("checkout.session")]


def check_busy(answer: TestResponse) -> None:
    """The person is told to try again shortly."""
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_a_sponsor_pays_by_card_from_the_button_to_the_receipt(cards, card_pledge):
    pressed = press(cards, card_pledge)
    assert pressed.status_code == 303
    assert pressed.location == cards.fake.objects[sessions(cards)[0]]["url"]
    asked = cards.fake.calls("POST", SESSIONS)[0].params
    assert asked["line_items"]["0"]["price_data"]["unit_amount"] == "5000"
    assert asked["customer_email"] == card_pledge.email
    assert now(card_pledge).campaign.title in asked["line_items"]["0"]["price_data"]["product_data"]["name"]
    cards.deliver(cards.fake.pay(sessions(cards)[0]))
    check_paid_once(card_pledge)


def test_any_part_of_a_pledge_can_be_paid_ahead(cards, card_pledge):
    first = now(card_pledge).instalments[0]
    first.amount = 30_00
    later = Instalment(
        pledge_id=card_pledge.id, number=2, reference="RF00AHEAD2", amount=20_00, currency="EUR",
        due_on=first.due_on + timedelta(days=90),
    )  # fmt: skip
    db.session.add(later)
    db.session.commit()
    assert checkout.begin(now(card_pledge), 2)
    cards.deliver(cards.fake.pay(sessions(cards)[0]))
    assert [each.state for each in now(card_pledge).instalments] == [InstalmentState.DUE, InstalmentState.PAID]


def test_the_success_page_alone_marks_nothing_paid(cards, card_pledge):
    """Edge case 21: coming back to the success address without a payment marks nothing paid."""
    cards.page(card_pledge)
    back = cards.fake.objects[sessions(cards)[0]]["success_url"]
    shown = Browser(cards.app).get(back)
    assert shown.status_code == 200
    assert "Your payment is being confirmed" in shown.text
    assert "Your money has arrived" not in shown.text
    inbox.work_off()
    check_unpaid(card_pledge)


@pytest.mark.both_databases
def test_many_clicks_at_once_open_one_page(cards, card_pledge):
    """Edge case 22: a double click, here 12 at once, makes one attempt and one Checkout session."""
    ref = card_pledge.ref
    answers = at_once(cards.app, 12, lambda: press_pay(Browser(cards.app), ref))
    assert [answer.status_code for answer in answers] == [303] * 12
    assert {answer.location for answer in answers} == {cards.fake.objects[sessions(cards)[0]]["url"]}
    assert (len(sessions(cards)), db.session.query(PaymentAttempt).count()) == (1, 1)
    cards.deliver(cards.fake.pay(sessions(cards)[0]))
    check_paid_once(card_pledge)


def test_a_second_click_while_the_first_is_being_answered(cards, card_pledge):
    """Edge case 22: where Stripe is still busy with the first click, the second is told to wait, not to pay twice."""
    cards.fake.faults.append(faults.key_in_use(on=OPENING))
    check_busy(press(cards, card_pledge))
    assert press(cards, card_pledge).status_code == 303
    assert (len(sessions(cards)), db.session.query(PaymentAttempt).count()) == (1, 1)


def test_an_expired_page_makes_room_for_a_new_one(cards, card_pledge):
    """Edge case 23: after the session expired the pledge is payable again, on a new page."""
    first = cards.page(card_pledge)
    assert cards.page(card_pledge) == first
    cards.deliver(cards.fake.expire(first))
    assert cast.attempt(card_pledge).state is AttemptState.EXPIRED
    check_unpaid(card_pledge)
    assert cards.pay(card_pledge) != first
    check_paid_once(card_pledge)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "fault",
    [faults.timed_out(on=OPENING), faults.lost_answer(on=OPENING), faults.server_error(committed=True, on=OPENING)],
)
def test_an_answer_that_was_lost_is_asked_for_again(cards, card_pledge, fault):
    """Edge case 25: a time-out after Stripe succeeded; the button, pressed again, leads to that page: one charge."""
    cards.fake.faults.append(fault)
    check_busy(press(cards, card_pledge))
    assert cast.attempt(card_pledge).state is AttemptState.UNKNOWN
    assert press(cards, card_pledge).status_code == 303
    assert len(sessions(cards)) == 1
    assert len(set(keys(cards))) == 1
    cards.deliver(cards.fake.pay(sessions(cards)[0]))
    assert len(cards.fake.all("charge")) == 1
    check_paid_once(card_pledge)


def test_the_same_key_with_another_question_alerts(cards, card_pledge):
    """Edge case 26: the same key with other parameters is refused by Stripe; a person is told, once, and it heals."""
    cards.fake.faults.append(faults.lost_answer(on=OPENING))
    check_busy(press(cards, card_pledge))
    campaign = now(card_pledge).campaign
    campaign.concerns_minor, campaign.title = False, "Another title meanwhile"
    db.session.commit()
    assert [press(cards, card_pledge).status_code for _ in range(2)] == [422, 422]
    assert cases() == ["key_reused"]
    check_unpaid(card_pledge)
    with clock.at(clock.now() + timedelta(minutes=11)):
        reconcile.reconcile()
    assert press(cards, card_pledge).location == cards.fake.objects[sessions(cards)[0]]["url"]
    assert cases() == ["key_reused"]
    cards.deliver(cards.fake.pay(sessions(cards)[0]))
    check_paid_once(card_pledge)


def test_a_retry_after_a_refused_payment_uses_a_new_key(cards, card_pledge):
    """Edge case 27: a refusal ends the attempt, and the retry is another one with a key of its own."""
    first = cards.page(card_pledge)
    cards.deliver(cards.fake.pay_later(first), cards.fake.settle(first, ok=False))
    cards.pay(card_pledge)
    assert len(set(keys(cards))) == len(keys(cards)) == 2
    assert [attempt.state for attempt in db.session.query(PaymentAttempt).order_by(PaymentAttempt.id)] == [
        AttemptState.FAILED,
        AttemptState.SUCCEEDED,
    ]
    check_paid_once(card_pledge)


def test_a_declined_card_leaves_the_page_open_for_another(cards, card_pledge):
    """Edge case 27: Stripe's own page takes the next card; to us that is the same try still."""
    session = cards.page(card_pledge)
    cards.deliver(cards.fake.decline(session))
    assert cast.attempt(card_pledge).state is AttemptState.REQUIRES_ACTION
    assert cards.page(card_pledge) == session
    cards.deliver(cards.fake.pay(session))
    check_paid_once(card_pledge)


@pytest.mark.parametrize("fault", [faults.lock_timeout, faults.key_in_use, faults.rate_limited])
def test_a_busy_stripe_is_asked_again_with_the_same_key(cards, card_pledge, fault):
    """Edge case 28: 409 and 429 back off: nothing failed, the person waits, the same button works with the same key."""
    cards.fake.faults.append(fault(on=OPENING))
    check_busy(press(cards, card_pledge))
    assert cast.attempt(card_pledge).state is AttemptState.SUBMITTING
    assert press(cards, card_pledge).status_code == 303
    assert len(keys(cards)) == 2
    assert len(set(keys(cards))) == 1
    assert cases() == []
    cards.deliver(cards.fake.pay(sessions(cards)[0]))
    check_paid_once(card_pledge)


def test_what_stripe_refuses_is_told_to_both_and_can_be_tried_again(cards, a_campaign, a_pledge, monkeypatch):
    pledge = a_pledge(a_campaign(), 49, method="card")  # under Stripe's smallest amount
    monkeypatch.setattr(limits, "LEAST", {})  # which we had missed
    with pytest.raises(checkout.NoCards):
        cards.page(pledge)
    assert cast.attempt(pledge).state is AttemptState.FAILED
    assert "amount_too_small" in cast.attempt(pledge).fault
    assert cases() == ["provider_says_otherwise"]


def test_a_payment_on_its_way_is_not_asked_for_again(cards, card_pledge):
    cards.deliver(cards.fake.pay_later(cards.page(card_pledge)))
    with pytest.raises(checkout.OnItsWay):
        cards.page(card_pledge)


def test_a_fulfilled_pledge_has_nothing_to_pay(cards, card_pledge):
    cards.pay(card_pledge)
    with pytest.raises(checkout.NothingDue):
        cards.page(card_pledge)


def test_a_promise_that_is_not_confirmed_has_nothing_to_pay(cards, a_campaign, a_pledge):
    with pytest.raises(checkout.NothingDue):
        cards.page(a_pledge(a_campaign(), confirmed=False))


def test_without_a_key_there_are_no_cards(app, card_pledge):
    with pytest.raises(checkout.NoCards):
        checkout.begin(card_pledge)


def test_a_stranger_finds_no_button(cards, card_pledge):
    other = links.sign("pledge", "OTHERREF")
    assert press_pay(Browser(cards.app), card_pledge.ref, key=other).status_code == 404
    assert keys(cards) == []


def test_nobody_waits_longer_than_five_seconds():
    prompt = gateway.client("sk_test_x", "https://api.stripe.com", **gateway.PROMPT)
    assert sum(prompt._requestor._client._timeout) * (prompt._requestor._options.max_network_retries + 1) < 5
    patient = gateway.client("sk_test_x", "https://api.stripe.com", **gateway.PATIENT)
    assert patient._requestor._options.max_network_retries == 2


def test_nothing_is_held_while_stripe_is_asked(cards, card_pledge, monkeypatch):
    held = []
    respond = cards.fake.app.wsgi_app

    def watching(environ, start):
        held.append(db.session().in_transaction())
        return respond(environ, start)

    monkeypatch.setattr(cards.fake.app, "wsgi_app", watching)
    cards.pay(card_pledge)
    assert held == [False] * len(held)
    assert len(held) == 2

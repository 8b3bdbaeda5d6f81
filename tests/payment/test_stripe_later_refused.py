"""A saved card that is not charged: its bank asks, declines, or the card is no good any more."""

from datetime import timedelta

import pytest

from campaigns.kit import clock, db, links
from campaigns.payment.models import PaymentAttempt, SavedMethod
from campaigns.payment.rules import checkout, reconcile
from campaigns.payment.rules.later import mandates, questions
from campaigns.payment.rules.later.refused import RETRY_AFTER
from campaigns.report.rules import addresses
from tests.cast import cards as cast
from tests.cast.browser import Browser, submit
from tests.cast.cards import at_once, cases, check_paid_once, check_unpaid, now
from tests.cast.saved import day_of, due_on, letters, mandate, on, save, tries
from tests.fakes.stripe import faults
from tests.fakes.stripe.saved import ASKS, DECLINES, EXPIRED

INTENTS = "/v1/payment_intents"


def question(pledge):
    return f"/p/{pledge.ref}/authenticate?k={links.sign('pledge', pledge.ref)}"


def intents(cards):
    return [intent["id"] for intent in cards.fake.all("payment_intent")]


@pytest.fixture
def asked(cards, card_pledge):
    """A pledge whose saved card was charged, and whose bank asks its owner."""
    save(cards, card_pledge, ASKS)
    day_of(card_pledge)
    return card_pledge


def test_a_bank_that_asks_is_answered_by_an_e_mailed_link(cards, asked):
    """Edge case 29: off-session authentication_required: a link by e-mail, and the same intent is authenticated."""
    assert tries() == ["requires_action"]
    check_unpaid(asked)
    assert question(asked).split("?")[0] in letters("authenticate")[0]
    browser = Browser(cards.app)
    submit(browser, question(asked))
    bank = cards.fake.objects[intents(cards)[0]]["next_action"]["redirect_to_url"]
    assert bank["url"] in browser.get(question(asked)).text
    assert bank["return_url"].endswith(f"{question(asked)}&answered=1")
    assert "on its way" in browser.get(bank["return_url"]).text
    cards.deliver(cards.fake.authenticate(intents(cards)[0]))
    assert "not waiting" in browser.get(question(asked)).text
    assert len(intents(cards)) == 1
    assert tries() == ["succeeded"]
    check_paid_once(asked)


def test_while_a_bank_waits_nothing_else_is_charged(cards, asked):
    """Edge case 29: the sweep, run again for days, makes no second intent and sends no second letter."""
    for days in range(15, 19):
        on(clock.today() + timedelta(days=days))
    assert len(intents(cards)) == len(letters("authenticate")) == 1


def test_who_tells_the_bank_no_is_asked_again_days_later(cards, asked):
    """Edge case 29: an authentication that fails ends the try; the next one, later, has a new key and intent."""
    submit(Browser(cards.app), question(asked))
    cards.deliver(cards.fake.authenticate(intents(cards)[0], ok=False))
    assert tries() == ["failed"]
    check_unpaid(asked)
    assert len(letters("card_declined")) == 1
    on(clock.today() + timedelta(days=14) + RETRY_AFTER)
    assert tries() == ["failed", "requires_action"]
    assert len(set(intents(cards))) == 2


def test_a_bank_that_asks_can_be_answered_by_paying_otherwise(cards, asked):
    """Edge case 29: the sponsor pays on the hosted page instead: the charge that waited is given up first."""
    session = cards.page(asked)
    assert cards.fake.objects[intents(cards)[0]]["status"] == "canceled"
    cards.deliver(cards.fake.pay(session))
    on(clock.today() + timedelta(days=20))
    assert tries() == ["cancelled", "succeeded"]
    check_paid_once(asked)


def test_who_answers_the_bank_while_paying_otherwise_pays_once(cards, asked):
    submit(Browser(cards.app), question(asked))
    cards.fake.authenticate(intents(cards)[0])
    with pytest.raises(checkout.OnItsWay):
        cards.page(asked)
    check_paid_once(asked)


def test_a_question_that_nobody_answers_is_given_up(cards, asked):
    attempt = db.session.query(PaymentAttempt).one()
    for days, state in ((6, "requires_action"), (8, "cancelled")):
        with clock.at(attempt.created_at + timedelta(days=days)):
            questions.give_up()
        assert tries() == [state]
    with pytest.raises(checkout.NothingDue):
        questions.ask(now(asked))
    cards.pay(asked)
    check_paid_once(asked)


def test_events_that_are_lost_after_an_answer_are_made_up_for(cards, asked):
    submit(Browser(cards.app), question(asked))
    cards.fake.authenticate(intents(cards)[0])
    with clock.at(clock.now() + timedelta(days=14, minutes=11)):
        reconcile.reconcile()
    check_paid_once(asked)


def test_an_expired_card_is_not_charged_again_and_another_one_is_asked_for(cards, card_pledge):
    """Edge case 30: a card that has expired: a letter asks for a new one, which is then charged."""
    save(cards, card_pledge, EXPIRED)
    day_of(card_pledge)
    assert tries() == ["failed"]
    assert mandate(card_pledge) is None
    assert "Save another card" in letters("card_needed")[0]
    on(clock.today() + timedelta(days=25))
    assert tries() == ["failed"]
    with clock.at(clock.now() + timedelta(days=14)):
        save(cards, card_pledge)
        on(clock.today())
    assert tries() == ["failed", "succeeded"]
    check_paid_once(card_pledge)


def test_a_card_that_was_detached_at_the_provider_is_asked_for_anew(cards, card_pledge):
    """Edge case 30: detached in the dashboard and nobody told us: the charge is refused, a new card is asked for."""
    save(cards, card_pledge)
    cards.fake.detach(cards.fake.all("payment_method")[0]["id"])
    day_of(card_pledge)
    assert tries() == ["failed"]
    assert len(letters("card_needed")) == 1
    assert cases() == []
    assert mandate(card_pledge) is None
    cards.pay(card_pledge)
    check_paid_once(card_pledge)


def test_the_event_of_a_detached_card_asks_for_another_before_the_day(cards, card_pledge):
    """Edge case 30: payment_method.detached: nothing is tried with it, a new card is asked for at once."""
    save(cards, card_pledge)
    cards.deliver(cards.fake.detach(cards.fake.all("payment_method")[0]["id"]))
    assert len(letters("card_needed")) == 1
    day_of(card_pledge)
    assert tries() == []


def test_a_mandate_that_was_withdrawn_at_the_bank_ends_what_was_saved(cards, card_pledge):
    save(cards, card_pledge)
    withdrawn = cards.fake.withdraw(cards.fake.all("payment_method")[0]["id"])
    cards.deliver(withdrawn, withdrawn)
    assert len(letters("card_needed")) == 1
    day_of(card_pledge)
    assert tries() == []


def test_a_mandate_that_stands_by_now_and_one_of_somebody_else_change_nothing(cards, card_pledge):
    save(cards, card_pledge)
    withdrawn = cards.fake.withdraw(cards.fake.all("payment_method")[0]["id"])
    (mandate,) = cards.fake.all("mandate")
    mandate["status"] = "active"
    cards.deliver(withdrawn)
    mandate |= {"payment_method": "pm_of_another_program", "status": "inactive"}
    cards.deliver(cards.fake.emit("mandate.updated", mandate))
    assert letters("card_needed") == []


def test_a_card_that_will_have_expired_is_asked_for_beforehand(cards, card_pledge):
    """Edge case 30: the card is printed to expire before the day: a new one is asked for a week before."""
    day = due_on(card_pledge)
    before = day.replace(day=1) - timedelta(days=1)
    save(cards, card_pledge, expiry=(before.month, before.year))
    on(day - timedelta(days=7))
    assert len(letters("card_needed")) == 1
    on(day)
    assert tries() == []


def test_declines_are_tried_again_with_new_keys_and_not_for_ever(cards, card_pledge):
    """Edge case 27: three tries, days apart, each with a key of its own; then the sponsor is left alone."""
    save(cards, card_pledge, DECLINES)
    day = due_on(card_pledge)
    on(day - timedelta(days=7))
    for days in range(20):
        on(day + timedelta(days=days))
    assert tries() == ["failed"] * 3
    assert len({call.key for call in cards.fake.calls("POST", INTENTS)}) == 3
    said = letters("card_declined")
    assert ["We try again on" in letter for letter in said] == [True, True, False]
    assert mandate(card_pledge) is not None
    cards.pay(card_pledge)
    check_paid_once(card_pledge)


@pytest.mark.both_databases
def test_events_and_answers_of_a_decline_at_once_tell_it_once(cards, card_pledge):
    save(cards, card_pledge, DECLINES)
    day_of(card_pledge)
    event = cards.fake.event("payment_intent.payment_failed")
    at_once(cards.app, 4, lambda: cards.deliver(event))
    assert (tries(), len(letters("card_declined"))) == (["failed"], 1)


def test_what_stripe_refuses_for_another_reason_is_for_a_person(cards, a_campaign, a_pledge):
    pledge = a_pledge(a_campaign(), 49)
    save(cards, pledge)
    day_of(pledge)
    assert tries() == ["failed"]
    assert cases() == ["provider_says_otherwise"]
    assert mandate(pledge) is not None


def test_a_card_is_forgotten_later_where_the_provider_is_not_well(cards, card_pledge):
    save(cards, card_pledge)
    mandates.remove(now(card_pledge))
    db.session.commit()
    cards.fake.faults.append(faults.server_error(on="detach"))
    mandates.forget()
    assert db.session.query(SavedMethod).populate_existing().one().forgotten_at is None
    mandates.forget()
    assert db.session.query(SavedMethod).populate_existing().one().forgotten_at is not None
    assert cast.check_books() is None


def test_an_address_that_is_forgotten_takes_its_card_along(cards, card_pledge):
    save(cards, card_pledge)
    assert addresses.told_of("petra@example.org")["tables"]["saved_method"]["rows"][0]["last_four"] == "4242"
    addresses.forget("petra@example.org")
    db.session.commit()
    mandates.forget()
    assert cards.fake.all("payment_method")[0]["customer"] is None
    day_of(card_pledge)
    assert tries() == []
    assert db.session.query(SavedMethod).one().label == "Card ending in 0000"

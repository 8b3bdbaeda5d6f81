"""Money that goes back at Stripe: booked once, out of where it went, and laid before a person."""

from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import Movement
from campaigns.payment import gateway
from campaigns.payment.models import PaymentCase
from campaigns.payment.rules import refunds
from campaigns.payment.rules.receive import receive
from campaigns.pledge.models import Pledge
from campaigns.pledge.states import PledgeStatus
from tests.cast import cards as cast
from tests.cast.cards import balances, cases, check_books, check_paid_once, event_states, now


def notes() -> list[str]:
    return [case.note for case in db.session.query(PaymentCase).order_by(PaymentCase.id)]


def refunds_booked() -> list[int]:
    return [move.amount for move in db.session.query(Movement).filter_by(kind="refund").order_by(Movement.id)]


def by_bank(pledge: Pledge, amount: int) -> None:
    """The treasurer records a transfer that came meanwhile."""
    instalment = now(pledge).instalments[0]
    source, cause = f"bank:{pledge.organisation_id}:EUR", ("payment", f"bank:{amount}")
    receive(instalment, Money(amount, "EUR"), source=source, cause=cause, by=None)
    db.session.commit()


def test_a_refund_is_booked_once(cards, card_pledge):
    session = cards.pay(card_pledge)
    refund = cards.fake.refund(session)
    cards.deliver(refund, refund, cards.fake.emit("refund.updated", cards.fake.all("refund")[0]))
    assert balances() == {}
    assert refunds_booked() == [50_00]
    assert now(card_pledge).campaign.received == 0
    assert [(case.kind, case.amount) for case in db.session.query(PaymentCase)] == [("refund_seen", 50_00)]
    check_books()


def test_two_equal_partial_refunds_both_happen(cards, card_pledge):
    session = cards.pay(card_pledge)
    cards.deliver(cards.fake.refund(session, 10_00), cards.fake.refund(session, 10_00))
    assert balances() == {"stripe": -30_00, "campaign": 30_00}
    assert refunds_booked() == [10_00, 10_00]
    assert now(card_pledge).campaign.received == 30_00
    check_books()


def test_a_refund_on_its_way_is_booked_when_it_arrives(cards, card_pledge):
    session = cards.pay(card_pledge)
    cards.fake.refund_status = "pending"
    begun = cards.fake.refund(session, 20_00)
    cards.deliver(begun)
    check_paid_once(card_pledge)
    assert cases() == []
    cards.deliver(cards.fake.finish_refund(begun["data"]["object"]["id"], ok=True))
    assert balances() == {"stripe": -30_00, "campaign": 30_00}
    assert cases() == ["refund_seen"]
    check_books()


def test_a_refund_that_fails_after_all_comes_back(cards, card_pledge):
    session = cards.pay(card_pledge)
    refund = cards.fake.refund(session, 20_00)
    cards.deliver(refund)
    failed = cards.fake.finish_refund(refund["data"]["object"]["id"], ok=False)
    cards.deliver(failed, cards.fake.event("refund.updated"))
    assert balances() == {"stripe": -50_00, "campaign": 50_00}
    assert now(card_pledge).campaign.received == 50_00
    assert [note.rpartition(", ")[2] for note in notes()] == ["succeeded", "failed"]
    cards.deliver(cards.fake.refund(session))
    assert balances() == {}
    check_books()


def test_an_answer_fetched_before_the_refund_failed_books_nothing(cards, card_pledge):
    session = cards.pay(card_pledge)
    refund = cards.fake.refund(session, 20_00)["data"]["object"]["id"]
    early = gateway.current().refund(refund)
    cards.deliver(cards.fake.finish_refund(refund, ok=False))
    refunds.reflect(cast.attempt(card_pledge), early)
    db.session.commit()
    check_paid_once(card_pledge)


def test_a_refund_after_the_money_went_on_is_a_case_and_nothing_else(cards, card_pledge):
    session = cards.pay(card_pledge)
    campaign = ledger.account(f"campaign:{card_pledge.campaign_id}", "EUR")
    school = ledger.account("school:1:EUR", "EUR")
    ledger.move(Money(45_00, "EUR"), source=campaign, target=school, cause=("disbursement", "1"))
    db.session.commit()
    cards.deliver(cards.fake.refund(session))
    assert balances() == {"stripe": -50_00, "campaign": 5_00, "school": 45_00}
    assert now(card_pledge).campaign.received == 50_00
    assert cases() == ["refund_seen"]
    assert "not booked" in notes()[0]
    assert ledger.problems() == []


def test_what_was_paid_too_much_goes_back_first(cards, card_pledge):
    session = cards.page(card_pledge)
    by_bank(card_pledge, 30_00)
    cards.deliver(cards.fake.pay(session))
    assert now(card_pledge).status is PledgeStatus.FULFILLED
    assert balances() == {"bank": -30_00, "stripe": -50_00, "campaign": 50_00, "suspense": 30_00}
    cards.deliver(cards.fake.refund(session, 25_00))
    assert balances() == {"bank": -30_00, "stripe": -25_00, "campaign": 50_00, "suspense": 5_00}
    cards.deliver(cards.fake.refund(session, 10_00))
    assert balances() == {"bank": -30_00, "stripe": -15_00, "campaign": 45_00}
    assert now(card_pledge).campaign.received == 45_00
    check_books()


def test_what_is_taken_back_of_another_applications_payment_is_none_of_ours(cards, card_pledge):
    session = cards.pay(card_pledge)
    for each in cards.fake.all("payment_intent"):
        each["metadata"] = {}
    intent = cards.fake.intent(10_00)
    dispute = cards.fake.dispute(session) | {"id": "evt_stranger"}
    cards.fake.all("dispute")[0]["payment_intent"] = intent["id"]
    cards.deliver(dispute)
    assert event_states()["evt_stranger"] == "ignored"
    assert cases() == []

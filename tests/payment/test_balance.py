"""Once a day the card company's balance is matched against the book, both ways; each difference is a case, once."""

from datetime import timedelta

import pytest

from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.payment.models import BalanceCursor, PaymentCase, Receipt
from campaigns.payment.rules import balance, refunds
from campaigns.payment.rules.refunds import Wish
from campaigns.payment.states import RefundReason
from tests.cast.cards import cases, check_books, fees
from tests.fakes.stripe import money as stripes
from tests.fakes.stripe.faults import server_error


@pytest.fixture
def tomorrow(monkeypatch):
    """A day goes by, or several."""

    def come(days=1):
        moment = clock.now() + timedelta(days=days, hours=2)
        monkeypatch.setattr(clock, "now", lambda: moment)

    return come


def notes():
    db.session.rollback()
    return [case.note for case in db.session.query(PaymentCase).filter_by(kind="book_differs").order_by(PaymentCase.id)]


def test_a_book_that_is_right_makes_no_case(cards, card_pledge, tomas, tomorrow):
    tomas.second_factor = tomas.reauthenticated = True
    session = cards.pay(card_pledge)
    made = refunds.ask(
        db.session.query(Receipt).one(), Wish(Money(10_00, "EUR"), RefundReason.MISTAKE), once="x", by=tomas
    )
    refunds.send(made.id)
    cards.deliver(cards.fake.refund(session, 5_00))
    failed = cards.fake.refund(session, 2_00)["data"]["object"]["id"]
    cards.deliver(cards.fake.finish_refund(failed, ok=False))
    dispute = cards.fake.dispute(session, 20_00)
    cards.deliver(dispute, cards.fake.close_dispute(dispute["data"]["object"]["id"], won=True))
    tomorrow()
    balance.match_balance()
    assert notes() == []
    tomorrow()
    balance.match_balance()
    assert notes() == []
    check_books()


def test_a_payment_that_we_never_heard_of_is_a_case_once(cards, card_pledge, tomorrow):
    cards.fake.pay(cards.page(card_pledge))
    tomorrow()
    balance.match_balance()
    tomorrow()
    balance.match_balance()
    assert len(notes()) == 1
    assert "€50.00 at the card company, €0.00 booked" in notes()[0]


def test_what_moved_less_than_an_hour_ago_may_still_be_on_its_way(cards, card_pledge):
    cards.fake.pay(cards.page(card_pledge))
    balance.match_balance()
    assert notes() == []


def test_it_is_done_once_a_day_from_where_it_stopped(cards, card_pledge, tomorrow):
    balance.match_balance()
    balance.match_balance()
    assert len(cards.fake.calls("GET", "/v1/balance_transactions")) == 1
    first = db.session.query(BalanceCursor).one().matched_until
    db.session.rollback()
    tomorrow()
    balance.match_balance()
    db.session.rollback()
    assert len(cards.fake.calls("GET", "/v1/balance_transactions")) == 2
    assert db.session.query(BalanceCursor).populate_existing().one().matched_until > first


def test_an_answer_that_does_not_come_is_asked_for_again(cards, card_pledge, tomorrow):
    cards.fake.pay(cards.page(card_pledge))
    tomorrow()
    cards.fake.faults += [server_error(on="balance_transactions", retry=False)]
    balance.match_balance()
    assert db.session.query(BalanceCursor).count() == 0
    balance.match_balance()
    assert len(notes()) == 1


def test_another_amount_is_a_case(cards, card_pledge, tomorrow):
    session = cards.pay(card_pledge)
    cards.fake.charge_of(session)["amount"] = 55_00
    tomorrow()
    balance.match_balance()
    assert "€55.00 at the card company, €50.00 booked" in notes()[0]


def test_a_refund_and_a_dispute_that_we_never_heard_of(cards, card_pledge, tomorrow):
    session = cards.pay(card_pledge)
    cards.fake.refund(session, 5_00)
    cards.fake.dispute(session, 10_00)
    tomorrow()
    balance.match_balance()
    dispute, refund = sorted(notes(), key=lambda note: note.startswith("Refund"))
    assert "€5.00 at the card company, €0.00 booked" in refund
    assert "is not in the book" in dispute
    whose = {case.organisation_id for case in db.session.query(PaymentCase)}
    assert whose == {card_pledge.organisation_id}


def test_what_is_in_the_book_and_not_at_stripe(cards, card_pledge, tomorrow):
    cards.pay(card_pledge)
    stripe = ledger.account(f"stripe:{card_pledge.organisation_id}:EUR", "EUR")
    aside = ledger.account(f"suspense:{card_pledge.organisation_id}:EUR", "EUR")
    ledger.move(Money(7_00, "EUR"), source=stripe, target=aside, cause=("payment", "stripe:ch_invented"))
    db.session.commit()
    tomorrow()
    balance.match_balance()
    assert notes() == ["€7.00 is booked for ch_invented, which the card company does not know."]


def test_a_fee_that_was_not_known_is_booked(cards, card_pledge, tomorrow):
    session = cards.page(card_pledge)
    paid = cards.fake.pay(session)
    charge = cards.fake.charge_of(session)
    kept, charge["balance_transaction"] = charge["balance_transaction"], None
    cards.deliver(paid)
    assert fees() == {}
    charge["balance_transaction"] = kept
    tomorrow()
    balance.match_balance()
    assert (fees(), notes()) == ({"stripe": -1_00}, [])


def test_payouts_are_not_ours_and_what_stripe_asks_by_itself_is_for_administrators(cards, card_pledge, tomorrow):
    source = {"id": None, "object": "account", "currency": "eur"}
    stripes.book(cards.fake, dict(source), "payout", -40_00)
    stripes.book(cards.fake, dict(source), "stripe_fee", -3_00)
    tomorrow()
    balance.match_balance()
    assert cases() == ["book_differs"]
    case = db.session.query(PaymentCase).one()
    assert (case.organisation_id, case.amount) == (None, 3_00)
    assert "stripe fee" in case.note


def test_another_applications_money_is_none_of_ours(cards, card_pledge, tomorrow):
    cards.fake.pay(cards.page(card_pledge))
    for charge in cards.fake.all("charge"):
        charge["metadata"] = {}
    tomorrow()
    balance.match_balance()
    assert notes() == []

"""Fees: each on its own account, and none taken out of what a sponsor gave for a student."""

from decimal import Decimal

import pytest

from campaigns.config import ConfigError, load
from campaigns.kit import db, links
from campaigns.kit.money import Money
from campaigns.ledger.models import LedgerAccount
from campaigns.payment.models import PaymentAttempt, Receipt
from campaigns.payment.rules import checkout
from campaigns.payment.rules.fees import Rate, cover
from campaigns.pledge import queries
from campaigns.pledge.states import PledgeStatus
from tests.cast.browser import submit
from tests.cast.cards import balances, cases, check_books, check_paid_once, fees, now

RATES = ((Decimal("0.015"), Decimal("0.25"), "EUR"),)


@pytest.fixture
def rated(cards):
    """What the card company keeps is known for euros."""
    settings = cards.app.extensions["settings"]
    cards.app.extensions["settings"] = settings.model_copy(update={"card_fees": RATES})
    return cards


def begin(pledge, *, covers):
    return checkout.begin(db.session.scalars(queries.whole(pledge.id)).one(), covers=covers).rpartition("/")[2]


def test_what_the_card_company_keeps_is_the_communitys_and_not_the_students(cards, card_pledge):
    session = cards.page(card_pledge)
    paid = cards.fake.pay(session)
    cards.deliver(paid, paid, cards.fake.event("payment_intent.succeeded"))
    assert fees() == {"stripe": -1_00}
    check_paid_once(card_pledge)


def test_a_fee_that_is_known_later_is_booked_later(cards, card_pledge):
    session = cards.page(card_pledge)
    paid = cards.fake.pay(session)
    charge = cards.fake.charge_of(session)
    kept, charge["balance_transaction"] = charge["balance_transaction"], None
    cards.deliver(paid)
    assert fees() == {}
    charge["balance_transaction"] = kept
    cards.deliver(cards.fake.event("payment_intent.succeeded"))
    assert fees() == {"stripe": -1_00}
    check_paid_once(card_pledge)


@pytest.mark.parametrize("amount", [1, 99, 50_00, 123_45, 999_999_99])
def test_the_cover_is_the_least_that_leaves_all_of_it(amount):
    extra = cover(Money(amount, "EUR"), (Rate(*RATES[0]),))

    def left(charged):
        return charged - (Decimal(charged) * RATES[0][0] + 25)

    assert left(amount + extra.amount) >= amount
    assert left(amount + extra.amount - 1) < amount


def test_no_cover_is_offered_where_the_fee_is_not_known(rated):
    from campaigns.payment.rules import fees as rules

    assert rules.offered(Money(50_00, "USD")) is None
    assert rules.offered(Money(50_00, "EUR")) == Money(1_02, "EUR")


def test_a_sponsor_covers_the_fee(rated, card_pledge):
    session = begin(card_pledge, covers=True)
    assert rated.fake.objects[session]["amount_total"] == 51_02
    rated.deliver(rated.fake.pay(session))
    assert now(card_pledge).status is PledgeStatus.FULFILLED
    assert balances() == {"stripe": -50_00, "campaign": 50_00}
    assert fees() == {"stripe": -1_01, "covered": 1_02}
    receipt = db.session.query(Receipt).one()
    assert (receipt.money, receipt.covered) == (Money(50_00, "EUR"), Money(1_02, "EUR"))
    assert now(card_pledge).campaign.received == 50_00
    check_books()


def test_the_box_is_on_the_page_and_the_line_on_the_receipt(rated, card_pledge, client):
    own = f"/p/{card_pledge.ref}?k={links.sign('pledge', card_pledge.ref)}"
    assert "so that all of it reaches the student" in client.get(own).text
    answer = submit(client, own, to=own.replace("?", "/pay?"), covers="yes")
    assert answer.status_code == 303
    rated.deliver(rated.fake.pay(answer.location.rpartition("/")[2]))
    assert db.session.query(Receipt).one().cover == 1_02


def test_another_mind_about_the_fee_leads_to_another_page(rated, card_pledge):
    first, second = begin(card_pledge, covers=False), begin(card_pledge, covers=True)
    assert first != second
    assert begin(card_pledge, covers=True) == second
    assert rated.fake.objects[first]["status"] == "expired"
    assert [each.state.value for each in db.session.query(PaymentAttempt).order_by(PaymentAttempt.id)] == [
        "expired",
        "requires_action",
    ]


def test_a_page_that_has_just_been_paid_is_not_paid_again(rated, card_pledge):
    rated.fake.pay(begin(card_pledge, covers=False))
    with pytest.raises(checkout.OnItsWay):
        begin(card_pledge, covers=True)


def test_a_whole_refund_at_the_card_company_takes_the_cover_too(rated, card_pledge):
    session = begin(card_pledge, covers=True)
    rated.deliver(rated.fake.pay(session), rated.fake.refund(session))
    assert fees() == {"stripe": -1_01}
    assert now(card_pledge).campaign.received == 0
    assert cases() == ["refund_seen"]
    check_books()


def test_what_vouch_asks_is_the_communitys_too(cards, card_pledge, lantern):
    lantern.platform_fee = 150
    db.session.commit()
    cards.pay(card_pledge)
    assert fees() == {"stripe": -1_00, "platform": -75}
    assert db.session.query(LedgerAccount).filter_by(code="platform:EUR").one().balance == 75
    check_paid_once(card_pledge)


def test_fees_are_read_from_the_environment():
    given = load({"VOUCH_ENV": "test", "CARD_FEES": "1.5% + 0.25 EUR, 2.9%+0.30 USD"}).card_fees
    assert given == (*RATES, (Decimal("0.029"), Decimal("0.30"), "USD"))
    with pytest.raises(ConfigError, match="CARD_FEES"):
        load({"VOUCH_ENV": "test", "CARD_FEES": "cheap"})

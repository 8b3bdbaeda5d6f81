"""What arrives is what was asked for, in money that both sides count alike, or a person looks at it."""

import pytest

from campaigns.kit import db, links
from campaigns.kit.money import Money
from campaigns.payment import answers
from campaigns.payment.models import PaymentCase
from campaigns.payment.states import AttemptState
from campaigns.pledge import queries
from campaigns.pledge import rules as pledge_rules
from campaigns.pledge.rules import NotByCard
from campaigns.pledge.states import Method, PledgeStatus
from tests.cast import cards as cast
from tests.cast.browser import submit
from tests.cast.cards import balances, cases, check_books, check_paid_once, check_unpaid, event_states, now


@pytest.mark.parametrize("other", [{"amount": 49_99}, {"amount": 500_00}, {"currency": "usd"}])
def test_another_amount_or_currency_is_quarantined(cards, card_pledge, other):
    """Edge case 18: a paid session of another amount or currency than we asked for is quarantined, with one case."""
    paid = cards.fake.pay(cards.page(card_pledge), **other)
    succeeded = cards.fake.event("payment_intent.succeeded")
    cards.deliver(paid, succeeded)
    assert event_states() == {paid["id"]: "quarantined", succeeded["id"]: "quarantined"}
    assert cases() == ["amount_mismatch"]
    assert "50.00" in db.session.query(PaymentCase).one().note
    check_unpaid(card_pledge)


def test_a_completed_page_that_is_not_paid_is_not_received(cards, card_pledge):
    """Edge case 19: checkout.session.completed with payment_status unpaid is not received."""
    cards.deliver(cards.fake.pay_later(cards.page(card_pledge)))
    assert cast.attempt(card_pledge).state is AttemptState.PROCESSING
    check_unpaid(card_pledge)


def test_a_direct_debit_arrives_days_later(cards, card_pledge):
    """Edge case 20: async_payment_succeeded books what checkout.session.completed only announced."""
    session = cards.page(card_pledge)
    cards.deliver(cards.fake.pay_later(session), cards.fake.settle(session, ok=True))
    check_paid_once(card_pledge)


def test_a_direct_debit_that_fails_can_be_paid_again(cards, card_pledge):
    """Edge case 20: async_payment_failed ends the try, books nothing, and the pledge is payable again."""
    first = cards.page(card_pledge)
    cards.deliver(cards.fake.pay_later(first), cards.fake.settle(first, ok=False))
    assert cast.attempt(card_pledge).state is AttemptState.FAILED
    check_unpaid(card_pledge)
    assert cards.pay(card_pledge) != first
    check_paid_once(card_pledge)


def test_money_for_a_pledge_that_ended_waits_for_a_person(cards, card_pledge):
    """Edge case 24: paid after the pledge was cancelled: nothing counts, the money waits to be given back."""
    session = cards.page(card_pledge)
    pledge_rules.withdraw(db.session.scalars(queries.whole(card_pledge.id)).one(), "We changed our minds.")
    db.session.commit()
    cards.deliver(cards.fake.pay(session), cards.fake.event("payment_intent.succeeded"))
    assert now(card_pledge).status is PledgeStatus.WITHDRAWN
    assert balances() == {"stripe": -50_00, "suspense": 50_00}
    assert cases() == ["paid_after_end"]
    assert now(card_pledge).campaign.received == 0
    check_books()
    cards.deliver(cards.fake.refund(session))
    assert balances() == {}
    assert cases() == ["paid_after_end", "refund_seen"]
    check_books()


@pytest.mark.parametrize(
    ("ours", "stripes"),
    [
        (Money(50_00, "EUR"), 5000),
        (Money(5000, "JPY"), 5000),
        (Money(5, "UGX"), 500),
        (Money(5, "ISK"), 500),
        (Money(40, "RSD"), 4000),
        (Money(5_120, "KWD"), 5120),
        (Money(50_00, "HUF"), 5000),
    ],
)
def test_amounts_are_sent_and_read_in_the_units_that_stripe_counts_in(ours, stripes):
    assert ours.amount * answers.units(ours.currency) == stripes
    assert answers.money(stripes, ours.currency.lower()) == ours


def test_a_fraction_of_what_we_count_in_is_not_rounded():
    with pytest.raises(ValueError, match="no whole amount"):
        answers.money(550, "isk")


AMOUNTS = [("JPY", 5000, 5000), ("UGX", 9000, 900_000), ("KWD", 5_120, 5120)]


@pytest.mark.parametrize(("currency", "amount", "asked"), AMOUNTS)
def test_a_currency_without_decimals_is_paid_in_full(cards, lantern, a_campaign, a_pledge, currency, amount, asked):
    """Edge case 40: currencies without decimals, and with three, are charged in the units that Stripe counts in."""
    lantern.currency = currency
    db.session.commit()
    pledge = a_pledge(a_campaign(), amount, method=Method.CARD)
    session = cards.pay(pledge)
    assert cards.fake.objects[session]["amount_total"] == asked
    check_paid_once(pledge)


@pytest.mark.parametrize(("currency", "amount"), [("EUR", 49), ("JPY", 49), ("KWD", 5_125)])
def test_what_no_card_can_be_charged_is_refused_before_stripe_is_asked(
    cards, lantern, a_campaign, a_pledge, client, currency, amount
):
    """Edge case 40: below the minimum, or with a last digit that is not taken: refused, and bank transfer offered."""
    lantern.currency = currency
    db.session.commit()
    pledge = a_pledge(a_campaign(), amount, method=Method.CARD)
    with pytest.raises(NotByCard, match="bank transfer"):
        cards.page(pledge)
    assert cards.fake.requests == []
    assert cast.attempt(pledge) is None
    own = f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}"
    assert "cannot be paid by card" in client.get(own).text


def test_the_pledge_form_says_so_at_the_field(cards, a_campaign, client):
    """Edge case 40: below the minimum amount: the form says it at the field, and keeps what was typed."""
    campaign = a_campaign(needs=[("Tuition", 30)])
    answer = submit(
        client,
        f"/c/{campaign.slug}/pledge",
        amount="0.30",
        name="Petra",
        email="petra@example.org",
        method="card",
    )
    assert answer.status_code == 422
    assert "The least that can be paid by card is €0.50" in answer.text
    assert 'value="petra@example.org"' in answer.text
    assert cards.fake.requests == []

"""A sponsor pays in a currency of their own, where Stripe offers it; the book knows the campaign's alone."""

from decimal import Decimal

import pytest

from campaigns.kit import db, links
from campaigns.kit.money import Money
from campaigns.payment.models import PresentedAmount
from campaigns.pledge.states import PledgeStatus
from tests.cast.cards import attempt, check_paid_once, now


def presented():
    return db.session.query(PresentedAmount).all()


def own_page(client, pledge):
    return client.get(f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}").text


def test_the_hosted_page_may_ask_in_the_sponsor_s_own_currency(cards, card_pledge):
    cards.page(card_pledge)

    assert cards.fake.calls("POST", "/v1/checkout/sessions")[0].params["adaptive_pricing"] == {"enabled": "true"}


@pytest.mark.both_databases
def test_what_was_paid_in_dollars_is_kept_with_its_rate_and_the_campaign_s_amount_is_booked(cards, card_pledge):
    event = cards.fake.pay(cards.page(card_pledge), shown=(54_32, "usd"))
    cards.deliver(event, cards.fake.event("payment_intent.succeeded"), event)

    check_paid_once(card_pledge)
    kept = presented()[0]
    assert len(presented()) == 1
    assert (kept.attempt_id, kept.money, kept.rate) == (attempt(card_pledge).id, Money(5432, "USD"), Decimal("1.0864"))


def test_a_currency_without_decimals_is_kept_as_it_is_counted(cards, card_pledge):
    cards.deliver(cards.fake.pay(cards.page(card_pledge), shown=(8_125, "jpy")))

    assert (presented()[0].money, presented()[0].rate) == (Money(8_125, "JPY"), Decimal("162.5"))


def test_a_currency_with_three_decimals_is_kept_as_it_is_counted(cards, card_pledge):
    cards.deliver(cards.fake.pay(cards.page(card_pledge), shown=(16_750, "kwd")))

    assert (presented()[0].money, presented()[0].rate) == (Money(16_750, "KWD"), Decimal("0.335"))


def test_who_pays_in_the_campaign_s_currency_has_no_rate(cards, card_pledge):
    cards.pay(card_pledge)

    assert now(card_pledge).status is PledgeStatus.FULFILLED
    assert presented() == []


def test_the_pledge_s_own_page_says_what_was_paid_and_at_which_rate(cards, card_pledge, client):
    assert "your own currency" in own_page(client, card_pledge)
    cards.deliver(cards.fake.pay(cards.page(card_pledge), shown=(54_32, "usd")))

    page = own_page(client, card_pledge)
    assert "$54.32" in page
    assert "1.0864 USD for 1 EUR" in page

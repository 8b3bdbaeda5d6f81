"""Amounts that no card can be charged are refused at the field, before anybody else is asked."""

import pytest

from campaigns.kit import crypto, db
from campaigns.kit.money import Money
from campaigns.pledge import rules
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules import NotByCard, Offer, cards
from campaigns.pledge.states import Method


@pytest.mark.parametrize(
    "money",
    [
        Money(50, "EUR"),
        Money(50, "JPY"),
        Money(1, "UGX"),
        Money(1_250, "KWD"),
        Money(175_00, "HUF"),
        Money(999_999_999, "JPY"),
        Money(999_999_99, "EUR"),
    ],
)
def test_these_can_be_paid_by_card(money):
    assert rules.is_payable(money)


@pytest.mark.parametrize(
    ("money", "why"),
    [
        (Money(49, "EUR"), "least"),
        (Money(49, "JPY"), "least"),
        (Money(1_255, "KWD"), "last digit"),
        (Money(1_001, "TND"), "last digit"),
        (Money(1_000_000_00, "EUR"), "most"),
    ],
)
def test_these_cannot(money, why):
    assert not rules.is_payable(money)
    with pytest.raises(NotByCard, match=why) as refusal:
        cards.check(money)
    assert refusal.value.field == "method"
    assert "bank transfer" in str(refusal.value)


def test_a_pledge_of_one_is_refused_by_card_and_taken_by_bank_transfer(lantern, a_campaign):
    lantern.currency = "KWD"
    db.session.commit()
    campaign = a_campaign(needs=[("Tuition", 90_000)])
    offer = {"amount": Money(1_255, "KWD"), "name": "Petra", "email": "petra@example.org"}
    with pytest.raises(NotByCard):
        rules.promise(campaign.id, Offer(**offer, method=Method.CARD), once=crypto.token())
    assert db.session.query(Pledge).count() == 0
    assert rules.promise(campaign.id, Offer(**offer), once=crypto.token()).amount == 1_255

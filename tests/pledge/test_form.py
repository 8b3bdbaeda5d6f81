"""What the form of a pledge offers: amounts that fit the campaign, and the ways to pay that there are."""

import pytest

from campaigns.kit.money import Money
from campaigns.pledge import rules
from campaigns.pledge.rules import Offer, TooSmall
from campaigns.pledge.views.give import suggestions
from tests.conftest import settings_for


@pytest.mark.parametrize(
    ("asked", "uncovered", "offered"),
    [
        (1_025_50, 1_025_50, [50_00, 100_00, 200_00, 1_025_50]),
        (1_025_50, 60_00, [50_00, 60_00]),
        (1_025_50, 50_00, [50_00]),
        (1_025_50, 7_30, [7_30]),
        (50_000_00, 50_000_00, [1_000_00, 2_000_00, 5_000_00, 50_000_00]),
        (20_00, 20_00, [1_00, 2_00, 5_00, 20_00]),
        (1_025_50, 0, []),
    ],
)
def test_round_amounts_are_offered_that_fit_the_campaign_and_all_that_is_left(asked, uncovered, offered):
    amounts = suggestions(Money(asked, "EUR"), Money(uncovered, "EUR"))

    assert [amount.amount for amount in amounts] == offered


@pytest.mark.parametrize(("currency", "smallest"), [("EUR", 100), ("KES", 100), ("JPY", 1), ("KWD", 1000)])
def test_the_smallest_pledge_is_one_whole_unit_of_any_currency(currency, smallest):
    assert rules.floor(currency) == Money(smallest, currency)


def test_less_than_a_whole_unit_is_refused_where_more_is_uncovered(a_campaign):
    campaign = a_campaign()

    with pytest.raises(TooSmall, match=r"The smallest pledge is €1\.00\."):
        rules.promise(campaign.id, Offer(Money(99, "EUR"), "Petra", "petra@example.org"), once="once")


def test_without_a_provider_bank_transfer_is_the_only_way_and_not_asked_for(client, a_campaign):
    page = client.get(f"/c/{a_campaign().slug}/pledge").text

    assert '<input type="hidden" name="method" value="bank_transfer">' in page
    assert "You pay by bank transfer" in page


class TestWithCards:
    """Where Stripe is set up."""

    @pytest.fixture
    def settings(self, settings, tmp_path):
        return settings_for(tmp_path, database_url=settings.database_url, stripe_secret_key="sk_test_x")

    def test_the_sponsor_chooses_between_bank_transfer_and_card(self, client, a_campaign):
        page = client.get(f"/c/{a_campaign().slug}/pledge").text

        assert 'value="bank_transfer"' in page
        assert 'value="card"' in page
        assert "How will you pay?" in page

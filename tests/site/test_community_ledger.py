"""A community's public ledger: all its campaigns, and what waits to be sent back."""

import csv
import hashlib
import io

import pytest

from campaigns.campaign.states import CampaignState
from campaigns.kit import db
from campaigns.site.views import ledger as views
from tests.cast.queries import at_most
from tests.site.conftest import RECEIPT
from tests.site.test_ledger_page import rows


@pytest.fixture
def campaign(a_campaign, a_pledge, pay, send):
    """A pledge of €500, paid with €20 too much; €300 sent to the school, which gave its receipt."""
    made = a_campaign()
    pay(a_pledge(made, 500_00, name="Canary Sponsor", organisation="Canary Freight"), 520_00)
    send(made, 300_00)
    return made


def lines(client, **query):
    text = client.get("/communities/lantern/ledger.csv", query_string=query).text
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.both_databases
def test_each_entry_says_what_led_to_it_and_of_which_campaign(client, campaign):
    told = [(line["what"], line["cause"], line["campaign"], line["in"], line["out"]) for line in lines(client)]
    paid = "A pledge, paid by bank transfer"
    assert told[:2] == [
        ("Received from a sponsor", paid, campaign.slug, "500.00", ""),
        ("Received, and set apart: nothing was due for it", paid, "", "20.00", ""),
    ]
    what, cause, slug, into, out = told[2]
    assert (what, slug, into, out) == ("Sent to the school", campaign.slug, "", "300.00")
    assert cause.startswith("The school's receipt of ")


def test_a_payment_to_the_school_carries_the_fingerprint_of_the_receipt(client, campaign):
    fingerprint = hashlib.sha256(RECEIPT).hexdigest()
    assert lines(client)[2]["receipt_sha256"] == fingerprint
    for address in (f"/c/{campaign.slug}/ledger", "/communities/lantern/ledger"):
        assert fingerprint in client.get(address).text


@pytest.mark.parametrize("address", ["/communities/lantern/ledger", "/c/{}/ledger"])
@pytest.mark.parametrize("form", ["", ".csv", ".json"])
def test_nobody_is_named_and_no_bank(client, campaign, address, form):
    text = client.get(address.format(campaign.slug) + form).text
    assert [canary for canary in ("anary", "CANARY", "Mwangaza", "Amber Heron", "petra@") if canary in text] == []


@pytest.mark.both_databases
def test_what_moves_between_its_campaigns_is_no_income(client, campaign, a_campaign, book_transfer):
    book_transfer(campaign, a_campaign(title="Another nurse", slug="another"), 100_00)
    page = client.get("/communities/lantern/ledger").text
    entry = rows(page)[0]
    assert entry[2] == "From one campaign to another, as its sponsor chose A nurse for Western Kenya → Another nurse"
    assert entry[4:] == ["€100.00", "€100.00"]
    totals = page[page.index('<dl class="stats">') : page.index("</dl>")]
    assert "one campaign to another" not in totals
    assert "€520.00" in totals  # received
    assert "€220.00" in totals  # held: 200 in the campaigns, 20 set apart


@pytest.fixture
def book_transfer():
    from campaigns.kit.money import Money
    from campaigns.ledger import rules

    def move(here, there, amount):
        source, target = (rules.account(f"campaign:{each.id}", "EUR") for each in (here, there))
        rules.move(Money(amount, "EUR"), source=source, target=target, cause=("transfer", "departure:1"))
        db.session.commit()

    return move


@pytest.mark.both_databases
def test_a_campaign_that_is_not_shown_now_keeps_its_money_here_and_nothing_else(client, campaign):
    campaign.state = CampaignState.CANCELLED
    campaign.title = "Canary Title"
    db.session.commit()
    page = client.get("/communities/lantern/ledger").text
    assert "One that is not shown now" in page
    assert "€500.00" in page
    assert "Canary Title" not in page
    assert campaign.slug not in page


def test_another_communitys_money_is_not_in_it(client, campaign, harbour, a_campaign, a_pledge, a_user, pay):
    from campaigns.account.states import Role

    pay(a_pledge(a_campaign(community=harbour), 77_00), by=a_user("Hugo", (Role.TREASURER, harbour)))
    assert "77.00" not in client.get("/communities/lantern/ledger.csv").text
    assert "77.00" in client.get("/communities/harbour/ledger.csv").text


@pytest.mark.both_databases
def test_machines_go_on_where_they_ended(client, campaign, monkeypatch):
    monkeypatch.setattr(views, "MOST_LINES", 2)
    address, numbers = "/communities/lantern/ledger.json", []
    while address:
        answer = client.get(address).json
        numbers += [each["number"] for each in answer["entries"]]
        address = answer["next"]
    assert numbers == [1, 2, 3]


@pytest.mark.parametrize("form", ["", ".csv", ".json"])
def test_it_carries_no_session_and_can_be_kept(client, campaign, form):
    answer = client.get(f"/communities/lantern/ledger{form}")
    assert "Set-Cookie" not in answer.headers
    assert "public" in answer.headers["Cache-Control"]
    again = client.get(f"/communities/lantern/ledger{form}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("form", ["", ".csv", ".json"])
def test_who_is_no_community_has_no_ledger(client, school, form):
    assert client.get(f"/communities/mwangaza/ledger{form}").status_code == 404
    assert client.get(f"/communities/nobody/ledger{form}").status_code == 404


def test_a_community_without_money_says_so_and_its_page_leads_here(client, lantern):
    assert 'href="/communities/lantern/ledger"' in client.get("/communities/lantern").text
    assert "No money has moved yet" in client.get("/communities/lantern/ledger").text


def test_it_asks_little_of_the_database_however_many_campaigns(client, campaign, a_campaign, a_pledge, pay):
    for number in range(4):
        pay(a_pledge(a_campaign(slug=f"more-{number}"), 10_00))
    with at_most(7) as asked:
        assert client.get("/communities/lantern/ledger").status_code == 200
    assert len(asked) <= 7

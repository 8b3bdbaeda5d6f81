"""The front page: what Vouch is, the newest campaigns, the sums of all."""

import pytest
import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db
from campaigns.student.models import Consent
from tests.cast.queries import at_most


def test_it_says_what_this_is_and_where_to_begin(client):
    page = client.get("/").text
    assert "Advocates vouch for students. Companies answer in public." in page
    for href in ("/campaigns", "/sign-up", "/apply", "/help#sponsors"):
        assert f'href="{href}"' in page


def test_it_shows_the_whole_proof_chain_in_order(client):
    page = client.get("/").text
    chain = page[page.index('class="chain"') :]
    links = ["Evidence", "Letter", "Delivery", "Reply", "Pledge", "Payment", "School payment", "Receipt", "Outcome"]
    places = [chain.index(f"<h3>{link}</h3>") for link in links]
    assert places == sorted(places)


@pytest.mark.both_databases
def test_the_three_newest_live_campaigns_are_shown_with_their_meters(client, a_campaign, a_pledge):
    for number in range(5):
        a_pledge(a_campaign(title=f"Campaign number {number}"), 100_00)
    page = client.get("/").text
    shown = [number for number in range(5) if f"Campaign number {number}" in page]
    assert shown == [2, 3, 4]
    assert page.index("Campaign number 4") < page.index("Campaign number 2")
    assert "€100.00</bdi> pledged in all" in page


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.IN_REVIEW, CampaignState.CANCELLED])
def test_what_is_not_public_is_neither_shown_nor_counted(client, a_campaign, state):
    a_campaign(state, title="Not for everyone")
    page = client.get("/").text
    assert "Not for everyone" not in page
    assert "No campaign has been published yet" in page


def test_a_campaign_that_is_over_is_counted_but_is_not_new(client, a_campaign):
    a_campaign(CampaignState.CLOSED, title="Long over")
    page = client.get("/").text
    assert "Long over" not in page
    assert "1 campaign in" in page


@pytest.mark.both_databases
def test_the_sums_are_those_of_all_campaigns_each_currency_by_itself(client, a_campaign, a_pledge, harbour):
    harbour.currency = "USD"
    db.session.commit()
    for needs in (10_000, 20_000):
        a_pledge(a_campaign(needs=[("Tuition", needs)]), 50_00)
    a_campaign(needs=[("Tuition", 70_000)], community=harbour)
    page = client.get("/").text
    assert "2 campaigns in <bdi>EUR</bdi>" in page
    assert "€300.00" in page
    assert "€100.00" in page
    assert "1 campaign in <bdi>USD</bdi>" in page
    assert "$700.00" in page


def test_a_campaign_whose_consent_has_run_out_is_not_shown(client, a_campaign):
    a_campaign(title="Once agreed to")
    assert "Once agreed to" in client.get("/").text
    later = db.session.scalar(sa.select(sa.func.max(Consent.expires_at)))
    with clock.at(later):
        assert "Once agreed to" not in client.get("/").text


def test_words_of_people_stay_words(client, a_campaign):
    a_campaign(title="<script>alert(1)</script>")
    assert "<script>alert(1)</script>" not in client.get("/").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in client.get("/").text


@pytest.mark.parametrize("count", [0, 12])
def test_it_asks_the_database_four_things_at_most(client, a_campaign, count):
    for number in range(count):
        a_campaign(title=f"Campaign {number}")
    client.get("/")
    with at_most(4):
        assert client.get("/").status_code == 200


def test_nothing_of_a_person_is_on_it(client, sign_in, amina, a_campaign):
    a_campaign()
    answer = sign_in(amina).get("/")
    assert answer.data == client.get("/").data
    assert "Set-Cookie" not in answer.headers
    assert "s-maxage" in answer.headers["Cache-Control"]
    assert "Amina" not in answer.text


def test_the_newest_come_by_an_index(app, a_campaign):
    a_campaign()
    newest = "SELECT id FROM campaign WHERE state = 'live' ORDER BY published_at DESC, id DESC LIMIT 3"
    plan = db.session.execute(sa.text(f"EXPLAIN QUERY PLAN {newest}")).all()
    assert "ix_campaign_state_published_at_id" in str(plan)
    assert db.session.scalar(sa.select(sa.func.count(Campaign.id))) == 1

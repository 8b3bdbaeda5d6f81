"""Making a pledge as a guest, on one page."""

import gzip
import re
from datetime import timedelta

import pytest

from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db, links
from campaigns.notice.models import Notice
from campaigns.pledge.models import Allocation, Pledge
from campaigns.pledge.states import InstalmentState, Method, PledgeStatus
from tests.cast.browser import hidden_fields, submit
from tests.cast.queries import at_most

FILLED_IN = {
    "amount": "50",
    "name": "Petra Sponsor",
    "email": "petra@example.org",
    "organisation": "",
    "method": "bank_transfer",
    "message": "Good luck!",
}


@pytest.fixture
def campaign(a_campaign):
    return a_campaign()


@pytest.fixture
def pledge_for(client):
    """Fill in the form of a campaign and send it: `pledge_for(campaign, amount="20")`."""

    def send(campaign, **changes):
        return submit(client, f"/c/{campaign.slug}/pledge", **(FILLED_IN | changes))

    return send


def pledges():
    return db.session.query(Pledge).order_by(Pledge.id).all()


def test_the_page_shows_the_campaign_its_meter_and_what_is_uncovered(client, campaign):
    page = client.get(f"/c/{campaign.slug}/pledge")

    assert page.status_code == 200
    assert campaign.title in page.text
    assert 'class="meter compact"' in page.text
    assert "€1,025.50</bdi> is still uncovered" in page.text


def test_the_form_has_six_fields_and_one_of_them_is_said_for_us_without_cards(client, campaign):
    page = client.get(f"/c/{campaign.slug}/pledge").text

    form = page[page.index("<form") : page.index("</form>")]
    named = set(re.findall(r'name="(\w+)"', form)) - {"csrf_token", "once"}
    assert named == {"amount", "name", "email", "organisation", "method", "message"}
    assert "Card" not in page


def test_the_page_weighs_at_most_18_kb_with_its_styles_and_runs_no_script(client, campaign):
    page = client.get(f"/c/{campaign.slug}/pledge").data
    with open("static/css/vouch.css", "rb") as styles:
        weight = len(gzip.compress(page)) + len(gzip.compress(styles.read()))

    assert b"<script" not in page
    assert weight <= 18_000


def test_the_page_asks_the_database_little_however_many_pledges_there_are(client, campaign, a_pledge):
    for _ in range(5):
        a_pledge(campaign, 10_00)
    page = f"/c/{campaign.slug}/pledge"
    db.session.remove()

    with at_most(2):
        client.get(page)


def test_a_guest_pledges_and_is_sent_to_the_mailbox(client, campaign, pledge_for):
    answer = pledge_for(campaign)

    pledge = pledges()[0]
    assert answer.status_code == 303
    assert "petra@example.org" in client.get(answer.location).text
    assert (pledge.amount, pledge.currency, pledge.name) == (50_00, "EUR", "Petra Sponsor")
    assert (pledge.status, pledge.method) == (PledgeStatus.PROMISED, Method.BANK_TRANSFER)
    assert pledge.message == "Good luck!"


def test_an_unconfirmed_promise_counts_nowhere(campaign, pledge_for):
    pledge_for(campaign)

    db.session.expire_all()
    assert db.session.query(Campaign).one().pledged == 0
    assert db.session.query(Allocation).count() == 0


def test_the_link_to_confirm_is_mailed_once_to_the_address_given(campaign, pledge_for):
    pledge_for(campaign)

    letter = db.session.query(Notice).one()
    assert letter.to == "petra@example.org"
    assert letter.subject == "Please confirm your pledge of €50.00"
    assert "http://localhost/p/confirm/" in letter.text
    assert "http://localhost/p/confirm/" in letter.html


def test_the_first_instalment_waits_with_a_reference_of_its_own(campaign, pledge_for):
    pledge_for(campaign)

    instalment = pledges()[0].id and db.session.query(Pledge).one()
    db.session.refresh(instalment, ["instalments"])
    first = instalment.instalments[0]
    assert (first.number, first.state, first.amount) == (1, InstalmentState.SCHEDULED, 50_00)
    assert first.reference.startswith("RF")
    assert first.reference.endswith(f"{instalment.ref}1")


def test_the_last_amount_that_is_not_empty_counts(client, campaign):
    hidden = hidden_fields(client.get(f"/c/{campaign.slug}/pledge").text)
    client.post(f"/c/{campaign.slug}/pledge", data={**hidden, **FILLED_IN, "amount": ["20", "75"]})
    hidden = hidden_fields(client.get(f"/c/{campaign.slug}/pledge").text)
    client.post(f"/c/{campaign.slug}/pledge", data={**hidden, **FILLED_IN, "amount": ["20", ""]})

    assert [pledge.amount for pledge in pledges()] == [75_00, 20_00]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Choose or type an amount."),
        ("abc", "Type an amount in figures"),
        ("0", "The amount must be above zero."),
        ("-5", "leave out the minus sign"),
        ("0.99", "The smallest pledge is €1.00."),
        ("10.005", "Euros have 2 decimals."),
        ("9" * 30, "larger than can be recorded"),
        ("9" * 99, "Type an amount in figures"),
        ("1e5", "Type an amount in figures"),
        ("NaN", "Type an amount in figures"),
        ("$50", "Amounts here are in EUR"),
        ("50 USD", "Amounts here are in EUR; you typed USD."),
        ("1025.51", "Only €1,025.50 is still uncovered."),
    ],
)
def test_a_bad_amount_is_refused_at_its_field_and_nothing_typed_is_lost(campaign, pledge_for, typed, says):
    answer = pledge_for(campaign, amount=typed)

    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="Petra Sponsor"' in answer.text
    assert "Good luck!" in answer.text
    assert pledges() == []


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "Enter your name."),
        ("name", "   ", "Enter your name."),
        ("name", "n" * 121, "Use at most 120 characters."),
        ("email", "", "Enter your e-mail address."),
        ("email", "petra", "Enter an e-mail address such as"),
        ("email", "petra@", "Enter an e-mail address such as"),
        ("email", "a@b@c.org", "Enter an e-mail address such as"),
        ("email", "petra@example.org\r\nBcc: all@example.org", "Enter an e-mail address such as"),
        ("organisation", "o" * 201, "Use at most 200 characters."),
        ("method", "cash", "Not a valid choice"),
        ("method", "card", "Not a valid choice"),
        ("message", "m" * 501, "Use at most 500 characters."),
    ],
)
def test_every_other_field_says_what_is_wrong_with_it(campaign, pledge_for, field, typed, says):
    answer = pledge_for(campaign, **{field: typed})

    assert answer.status_code == 422
    assert says in answer.text
    assert pledges() == []


def test_a_form_without_its_token_of_once_is_refused(campaign, pledge_for):
    assert pledge_for(campaign, once="").status_code == 422
    assert pledge_for(campaign, once="x" * 65).status_code == 422
    assert pledges() == []


def test_all_that_is_uncovered_may_be_pledged_to_the_last_cent(campaign, a_pledge, pledge_for):
    a_pledge(campaign, 1_025_00)

    assert pledge_for(campaign, amount="0.50").status_code == 303
    assert pledges()[-1].amount == 50


def test_a_double_click_makes_one_pledge_and_leads_to_one_page(client, campaign):
    hidden = hidden_fields(client.get(f"/c/{campaign.slug}/pledge").text)

    first = client.post(f"/c/{campaign.slug}/pledge", data=hidden | FILLED_IN)
    second = client.post(f"/c/{campaign.slug}/pledge", data=hidden | FILLED_IN)

    assert first.location == second.location
    assert len(pledges()) == 1
    assert db.session.query(Notice).count() == 1


def test_the_second_click_still_finds_its_pledge_after_the_campaign_closed(client, campaign):
    hidden = hidden_fields(client.get(f"/c/{campaign.slug}/pledge").text)
    first = client.post(f"/c/{campaign.slug}/pledge", data=hidden | FILLED_IN)
    campaign.state = CampaignState.CLOSED_SHORT
    db.session.commit()

    assert client.post(f"/c/{campaign.slug}/pledge", data=hidden | FILLED_IN).location == first.location


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (CampaignState.PAUSED, "This campaign is paused"),
        (CampaignState.FUNDED, "Others have just covered everything"),
        (CampaignState.CLOSED_SHORT, "takes no pledges any more"),
    ],
)
def test_a_campaign_that_closed_while_the_form_was_open_says_so_and_keeps_what_was_typed(client, campaign, state, says):
    hidden = hidden_fields(client.get(f"/c/{campaign.slug}/pledge").text)
    campaign.state = state
    db.session.commit()

    answer = client.post(f"/c/{campaign.slug}/pledge", data=hidden | FILLED_IN)

    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="petra@example.org"' in answer.text
    assert pledges() == []


def test_after_the_deadline_no_pledge_is_taken(campaign, client):
    with clock.at(clock.now() + timedelta(days=60)):
        assert "Make a pledge" in client.get(f"/c/{campaign.slug}/pledge").text
    with clock.at(clock.now() + timedelta(days=61)):
        assert "takes no pledges any more" in client.get(f"/c/{campaign.slug}/pledge").text


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (CampaignState.PAUSED, "This campaign is paused"),
        (CampaignState.CLOSED_SHORT, "takes no pledges any more"),
        (CampaignState.CLOSED, "takes no pledges any more"),
    ],
)
def test_a_closed_campaign_shows_a_way_on_instead_of_the_form(client, a_campaign, state, says):
    page = client.get(f"/c/{a_campaign(state).slug}/pledge")

    assert page.status_code == 200
    assert says in page.text
    assert "<form" not in page.text
    assert 'href="/campaigns"' in page.text


def test_a_covered_campaign_says_thank_you(client, campaign, a_pledge):
    a_pledge(campaign, campaign.asked)

    assert "Everything this campaign asks for is covered" in client.get(f"/c/{campaign.slug}/pledge").text


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.IN_REVIEW, CampaignState.CANCELLED])
def test_a_campaign_that_is_not_public_cannot_be_found(client, a_campaign, state):
    assert client.get(f"/c/{a_campaign(state).slug}/pledge").status_code == 404


def test_what_a_sponsor_types_is_never_run_as_code(client, campaign, pledge_for):
    answer = pledge_for(campaign, name="<script>alert(1)</script>", email="bad")

    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_name_with_a_line_break_adds_no_header_to_the_mail(campaign, pledge_for):
    pledge_for(campaign, name="Petra\r\nBcc: all@example.org")

    assert "\n" not in db.session.query(Notice).one().subject


def test_the_page_that_says_look_into_your_mailbox_needs_its_own_signed_link(client, campaign, a_pledge):
    pledge = a_pledge(campaign, confirmed=False)
    own_page = links.sign("pledge", pledge.ref)

    assert client.get(f"/p/{pledge.ref}/sent").status_code == 404
    assert client.get(f"/p/{pledge.ref}/sent?k={own_page}").status_code == 404
    assert client.get(f"/p/{pledge.ref}/sent?k={links.sign('pledge.sent', pledge.ref)}").status_code == 200


def test_another_site_cannot_send_the_form(client, campaign):
    hidden = hidden_fields(client.get(f"/c/{campaign.slug}/pledge").text)
    url = f"/c/{campaign.slug}/pledge"

    assert client.post(url, data=hidden | FILLED_IN, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(url, data=FILLED_IN | {"once": "x" * 43}).status_code == 400
    assert pledges() == []

"""A company that accepted an ask pledges: its answer fills in the form, and its own address is confirmed by it."""

import pytest

from campaigns.ask.models import Ask, Letter, Reply
from campaigns.ask.rules.mails import accept_token
from campaigns.ask.states import Answer, AskState
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db
from campaigns.notice.models import Notice
from campaigns.pledge import rules
from campaigns.pledge.models import Pledge
from campaigns.pledge.states import PledgeStatus
from tests.cast.browser import hidden_fields, submit

CONTACT = "cfo@meridian.example"


@pytest.fixture
def campaign(a_campaign):
    return a_campaign()


@pytest.fixture
def accepted(campaign, a_company, amina, safiya):
    """An ask that Meridian Freight accepted with €500.00."""
    company = a_company()
    ask = Ask(
        ref="ASK00001",
        organisation_id=campaign.organisation_id,
        campaign_id=campaign.id,
        company_id=company.id,
        author_id=amina.id,
        moderated_by_id=safiya.id,
        state=AskState.ANSWERED,
        contact_name="Cleo Finch",
        contact_email=CONTACT,
        amount=600_00,
        concerns_minor=False,
        currency="EUR",
        sent_at=clock.now(),
        quiet_until=clock.now(),
        answered_at=clock.now(),
    )
    db.session.add(ask)
    db.session.flush()
    words = dict.fromkeys(("subject", "body", "body_html", "content_hash"), "x")
    letter = Letter(ask_id=ask.id, version=1, author_id=amina.id, **words)
    reply = Reply(
        ask_id=ask.id,
        once="once",
        answer=Answer.ACCEPT,
        amount=500_00,
        currency="EUR",
        answered_by="Cleo Finch",
        position="CFO",
    )
    db.session.add_all([letter, reply])
    db.session.commit()
    return ask


@pytest.fixture
def url(campaign, accepted):
    return f"/c/{campaign.slug}/pledge?ask={accept_token(accepted)}"


def pledge_from(client, url, **changes):
    given = {"amount": "500.00", "name": "Cleo Finch", "email": CONTACT, "organisation": "Meridian Freight"}
    return submit(client, url, **(given | {"method": "bank_transfer", "message": ""} | changes))


def test_the_form_is_filled_in_with_what_was_accepted(client, url):
    page = client.get(url).text

    assert 'value="500.00"' in page
    assert f'value="{CONTACT}"' in page
    assert 'value="Cleo Finch"' in page
    assert 'value="Meridian Freight"' in page


def test_with_the_address_that_was_asked_the_pledge_counts_at_once(client, campaign, accepted, url):
    answer = pledge_from(client, url)

    pledge = db.session.query(Pledge).one()
    assert pledge.status is PledgeStatus.CONFIRMED
    assert (pledge.ask_id, pledge.company_id) == (accepted.id, accepted.company_id)
    assert f"/p/{pledge.ref}?k=" in answer.location
    assert db.session.query(Campaign).one().pledged == 500_00
    assert [letter.key.split(":")[0] for letter in db.session.query(Notice)] == ["pledge.thanks"]
    assert rules.problems() == []


def test_it_is_not_shown_by_name_before_the_company_says_so(client, url):
    pledge_from(client, url)

    assert db.session.query(Pledge).one().show_name is False


def test_another_address_has_to_be_confirmed(client, accepted, url):
    answer = pledge_from(client, url, email="someone.else@meridian.example")

    pledge = db.session.query(Pledge).one()
    assert (pledge.status, pledge.ask_id) == (PledgeStatus.PROMISED, accepted.id)
    assert "/sent?k=" in answer.location


def test_the_case_of_the_address_does_not_matter(client, url):
    pledge_from(client, url, email=CONTACT.upper())

    assert db.session.query(Pledge).one().status is PledgeStatus.CONFIRMED


def test_one_answer_confirms_one_pledge(client, url):
    pledge_from(client, url, amount="100")
    pledge_from(client, url, amount="200")

    statuses = [pledge.status for pledge in db.session.query(Pledge).order_by(Pledge.id)]
    assert statuses == [PledgeStatus.CONFIRMED, PledgeStatus.PROMISED]


def test_a_double_click_makes_one_pledge(client, url):
    form = hidden_fields(client.get(url).text) | {"amount": "500", "name": "Cleo", "email": CONTACT}
    form |= {"method": "bank_transfer"}
    assert client.post(url, data=form).location == client.post(url, data=form).location
    assert db.session.query(Campaign).one().pledged == 500_00


@pytest.mark.parametrize("token", ["x", "", "QVNLMDAwMDE.abc"])
def test_a_token_that_is_not_ours_fills_in_nothing(client, campaign, accepted, token):
    page = client.get(f"/c/{campaign.slug}/pledge?ask={token}")

    assert page.status_code == 200
    assert CONTACT not in page.text


def test_the_token_of_another_campaigns_ask_fills_in_nothing(client, a_campaign, accepted):
    other = a_campaign(alias="Blue Crane")

    assert CONTACT not in client.get(f"/c/{other.slug}/pledge?ask={accept_token(accepted)}").text


def test_the_address_alone_confirms_nothing(client, campaign, accepted):
    pledge_from(client, f"/c/{campaign.slug}/pledge")

    pledge = db.session.query(Pledge).one()
    assert (pledge.status, pledge.ask_id) == (PledgeStatus.PROMISED, None)

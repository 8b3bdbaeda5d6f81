"""The open letter, as everybody sees it."""

import pytest
import sqlalchemy as sa

from campaigns.ask import rules
from campaigns.ask.models import Ask
from campaigns.ask.states import Answer, AskState, DeclineReason
from campaigns.campaign.states import PUBLIC, CampaignState
from campaigns.kit import crypto, db
from campaigns.kit.money import Money
from campaigns.kit.templating import day
from campaigns.student import rules as students
from campaigns.student.models import Application
from campaigns.student.states import Purpose
from tests.ask.conftest import BODY, CONTACT, SUBJECT
from tests.cast.queries import at_most, counting


def path_of(ask):
    return f"/asks/{ask.ref}"


def test_everybody_reads_the_letter(client, an_ask):
    page = client.get(path_of(an_ask(AskState.PUBLIC))).text
    assert SUBJECT in page
    assert "<strong>stand behind</strong>" in page
    assert "Open letter from Lantern" in page
    assert "Meridian Freight" in page
    assert "€500.00" in page


def test_the_silence_of_the_company_is_told_fairly(client, an_ask):
    ask = an_ask(AskState.PUBLIC)
    page = client.get(path_of(ask)).text
    assert "Has not answered yet." in page
    assert f"{day(ask.sent_at)}</time>; public since" in page
    assert "right of reply stays open" in page


def test_a_letter_closed_without_an_answer_says_so_and_keeps_the_right_of_reply(client, an_ask):
    page = client.get(path_of(an_ask(AskState.SILENT))).text
    assert "closed without an answer on" in page
    assert "right of reply stays open" in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"answer": Answer.ACCEPT, "amount": Money(400_00, "EUR")}, ["Accepted", "€400.00"]),
        (
            {"answer": Answer.COUNTER, "amount": Money(90_00, "EUR"), "in_kind": "three laptops"},
            ["Other offer", "€90.00", "three laptops"],
        ),
        ({"answer": Answer.DECLINE, "reason": DeclineReason.POLICY}, ["Declined", "against the company’s policy"]),
    ],
)
def test_the_answer_stands_beside_the_letter(client, an_ask, said, words):
    ask = an_ask(AskState.PUBLIC)
    who = {"answered_by": "Rosa Reader", "position": "Head of Giving", "message": "First line.\n\nSecond line."}
    rules.answer(ask, rules.Said(once=crypto.token(), **(who | said)))
    db.session.commit()
    page = client.get(path_of(ask)).text
    for word in [*words, "Rosa Reader, Head of Giving", "<p>First line.</p><p>Second line.</p>"]:
        assert word in page
    assert "Add your name" not in page
    assert "signing has ended" in page


def test_the_campaign_stands_beside_it_with_its_figures(client, an_ask, a_campaign, a_pledge):
    campaign = a_campaign()
    a_pledge(campaign, 200_00)
    page = client.get(path_of(an_ask(AskState.PUBLIC, campaign=campaign))).text
    assert f'href="/c/{campaign.slug}"' in page
    assert "€1,025.50" in page
    assert "€200.00" in page


def test_signatures_are_counted_honestly(client, an_ask, a_signature):
    ask = an_ask(AskState.PUBLIC)
    for name in ("Sana One", "Sana Two", "Sana Three"):
        a_signature(ask, name)
    a_signature(ask, "Pending Person", confirmed=False)
    rules.remove_signature(a_signature(ask, "Gone Person"))
    db.session.commit()
    page = client.get(path_of(ask)).text
    assert "3 people stand behind this letter" in page
    assert "1 not confirmed yet, 1 taken back" in page
    assert "Sana Two" in page
    assert "Pending Person" not in page
    assert "Gone Person" not in page


def test_one_signature_is_one_person(client, an_ask, a_signature):
    ask = an_ask(AskState.PUBLIC)
    a_signature(ask)
    assert "1 person stands behind this letter" in client.get(path_of(ask)).text


def test_a_letter_without_signatures_asks_for_the_first(client, an_ask):
    page = client.get(path_of(an_ask(AskState.PUBLIC))).text
    assert "Nobody has signed yet" in page
    assert "Add your name" in page


def test_the_latest_signers_are_shown_and_the_rest_counted(client, an_ask, a_signature):
    ask = an_ask(AskState.PUBLIC)
    for number in range(63):
        a_signature(ask, f"Signer Number {number:03}")
    page = client.get(path_of(ask)).text
    assert "Signer Number 062" in page
    assert "Signer Number 003" in page
    assert "Signer Number 002" not in page
    assert "and 3 more" in page


@pytest.mark.parametrize("state", [AskState.DRAFTED, AskState.MODERATED, AskState.PRIVATE])
def test_what_is_not_public_cannot_be_seen(client, an_ask, state):
    assert client.get(path_of(an_ask(state))).status_code == 404


def test_a_private_answer_cannot_be_seen(client, an_ask):
    assert client.get(path_of(an_ask(AskState.ANSWERED, was_public=False))).status_code == 404


@pytest.mark.parametrize("state", CampaignState)
def test_the_letter_is_as_public_as_its_campaign(client, an_ask, a_campaign, state):
    campaign = a_campaign()
    ask = an_ask(AskState.PUBLIC, campaign=campaign)
    campaign.state = state
    db.session.commit()
    assert client.get(path_of(ask)).status_code == (200 if state in PUBLIC else 404)


def test_the_page_holds_nothing_private(client, an_ask, a_signature):
    ask = an_ask(AskState.ANSWERED, contact_name="Canary Contactname")
    a_signature(ask, "Sana Signer")
    page = client.get(path_of(ask)).text
    assert CONTACT not in page
    assert "canary" not in page.lower()
    assert "sana.signer@example.org" not in page
    assert "amina@example.org" not in page
    assert "/reply/" not in page


def test_the_page_takes_no_session_and_can_be_cached(client, an_ask):
    answer = client.get(path_of(an_ask(AskState.PUBLIC)))
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public")
    assert "csrf" not in answer.text
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_an_unchanged_page_is_not_sent_again(client, an_ask, a_signature):
    ask = an_ask(AskState.PUBLIC)
    tag = client.get(path_of(ask)).headers["ETag"]
    again = client.get(path_of(ask), headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    a_signature(ask)
    assert client.get(path_of(ask), headers={"If-None-Match": tag}).status_code == 200


def test_the_page_is_light_and_asks_the_database_little(client, an_ask, a_signature):
    ask = an_ask(AskState.PUBLIC, body=BODY * 20)
    for number in range(60):
        a_signature(ask, f"A Rather Long Name Of Signer {number}")
    path = path_of(ask)
    db.session.expire_all()
    with at_most(4):
        page = client.get(path)
    assert len(page.data) < 60_000


def test_the_number_of_queries_does_not_grow_with_the_signatures(client, an_ask, a_signature):
    ask = an_ask(AskState.PUBLIC)
    path = path_of(ask)
    with counting() as few:
        client.get(path)
    for number in range(30):
        a_signature(db.session.get_one(Ask, ask.id), f"Signer {number}")
    db.session.commit()
    with counting() as many:
        client.get(path)
    assert len(many) == len(few)


def test_a_letter_is_hidden_with_the_campaign_whose_consent_was_withdrawn(client, an_ask, safiya):
    ask = an_ask(AskState.PUBLIC)
    assert client.get(f"/asks/{ask.ref}").status_code == 200
    application = db.session.scalars(sa.select(Application)).one()
    students.withdraw(application, Purpose.PUBLISH_TEXT, by=safiya)
    db.session.commit()
    assert client.get(f"/asks/{ask.ref}").status_code == 404

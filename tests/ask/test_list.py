"""The team's list of asks, and what other pages ask for."""

from datetime import timedelta

import pytest

from campaigns.ask import queries
from campaigns.ask.models import Ask
from campaigns.ask.states import QUIET, SILENT_AFTER, AskState
from campaigns.kit import clock, db
from tests.cast.queries import at_most, counting

LIST = "/a/lantern/asks"


@pytest.fixture
def asks(an_ask, a_campaign, a_company):
    """Make asks of one campaign to companies of their own."""
    campaign = a_campaign()

    def make(state, **more):
        number = db.session.query(Ask).count()
        return an_ask(state, campaign=campaign, company=a_company(f"Company {number:03}"), **more)

    return make


def test_an_empty_list_says_what_to_do(sign_in, amina):
    page = sign_in(amina).get(LIST).text
    assert "No company has been asked yet" in page
    assert "/a/lantern/asks/new" in page


def test_who_may_not_write_is_not_sent_to_write(sign_in, safiya):
    page = sign_in(safiya).get(LIST).text
    assert "No company has been asked yet" in page
    assert "/a/lantern/asks/new" not in page


@pytest.mark.parametrize(
    ("state", "more", "line"),
    [
        (AskState.DRAFTED, {}, "Waits for a second reader."),
        (AskState.MODERATED, {}, "ready to send"),
        (AskState.PRIVATE, {}, "Quiet until"),
        (AskState.PRIVATE, {"sent_at": clock.now() - QUIET}, "it may become public now"),
        (AskState.PUBLIC, {}, "Open for signatures"),
        (AskState.PUBLIC, {"sent_at": clock.now() - QUIET - SILENT_AFTER}, "it may be closed"),
        (AskState.ANSWERED, {}, "Answered on"),
        (AskState.SILENT, {}, "The company can still answer."),
    ],
)
def test_each_ask_says_what_to_do_next(sign_in, amina, asks, state, more, line):
    asks(state, **more)
    page = sign_in(amina).get(LIST).text
    assert line in page
    assert "Company 000" in page


def test_a_letter_that_was_sent_back_says_so(sign_in, amina, asks):
    asks(AskState.DRAFTED).returned_note = "Shorter."
    db.session.commit()
    assert "Sent back to its author with a note." in sign_in(amina).get(LIST).text


@pytest.mark.parametrize(
    ("stage", "shown"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ("preparing", [0, 1]),
        ("private", [2]),
        ("public", [3]),
        ("answered", [4]),
        ("closed", [5]),
        ("nonsense", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_the_list_is_narrowed_to_a_stage(sign_in, amina, asks, stage, shown):
    order = ["DRAFTED", "MODERATED", "PRIVATE", "PUBLIC", "ANSWERED", "SILENT"]
    for state in order:
        asks(AskState[state])
    page = sign_in(amina).get(f"{LIST}?stage={stage}").text
    assert [number for number in range(6) if f"Company {number:03}" in page] == shown


def test_pages_follow_one_another_without_a_gap(sign_in, amina, asks):
    for _ in range(23):
        asks(AskState.DRAFTED)
    client = sign_in(amina)
    first = client.get(LIST).text
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    asks(AskState.DRAFTED)
    second = client.get(older).text
    seen = [number for number in range(23) for page in (first, second) if f"Company {number:03}" in page]
    assert seen == list(range(23))


def test_the_number_of_queries_is_the_same_for_one_ask_and_for_many(sign_in, amina, asks):
    asks(AskState.PRIVATE)
    client = sign_in(amina)
    client.get(LIST)
    with counting() as few:
        client.get(LIST)
    for state in [AskState.DRAFTED, AskState.PUBLIC, AskState.ANSWERED] * 5:
        asks(state)
    with counting() as many:
        client.get(LIST)
    assert len(many) == len(few) <= 10


def test_the_page_of_one_ask_asks_the_database_little(sign_in, amina, asks):
    ref, client = asks(AskState.ANSWERED).ref, sign_in(amina)
    with at_most(10):
        page = client.get(f"{LIST}/{ref}")
    assert page.status_code == 200


def test_another_communitys_asks_are_not_listed(sign_in, otto, harbour, asks):
    asks(AskState.PUBLIC)
    page = sign_in(otto).get("/a/harbour/asks")
    assert page.status_code == 200
    assert "Company 000" not in page.text


def test_the_team_sees_the_contact_where_it_works_with_it(sign_in, amina, safiya, victor, asks):
    ask = asks(AskState.DRAFTED)
    pages = {user.name: sign_in(user).get(f"{LIST}/{ask.ref}").text for user in (amina, safiya, victor)}
    assert "canary.reader@meridian.example" in pages["Amina"]
    assert "canary.reader@meridian.example" in pages["Safiya"]
    assert "canary.reader@meridian.example" not in pages["Victor"]


def test_a_private_answer_is_marked_as_private_for_the_team(sign_in, amina, asks):
    ask = asks(AskState.ANSWERED, was_public=False)
    assert "The company keeps this answer private." in sign_in(amina).get(f"{LIST}/{ask.ref}").text


def test_visitors_do_not_see_the_list(client, lantern):
    assert client.get(LIST).status_code in {302, 303}


# For other pages


def test_today_shows_what_waits_for_somebody(asks, lantern):
    now = clock.now()
    waiting = [
        asks(AskState.DRAFTED),
        asks(AskState.MODERATED),
        asks(AskState.PRIVATE, sent_at=now - QUIET),
        asks(AskState.PUBLIC, sent_at=now - QUIET - SILENT_AFTER),
        asks(AskState.ANSWERED),
    ]
    asks(AskState.PRIVATE)
    asks(AskState.PUBLIC)
    asks(AskState.SILENT)
    asks(AskState.ANSWERED).answered_at = now - timedelta(days=30)
    db.session.commit()
    rows = db.session.execute(queries.waiting(lantern.id)).all()
    assert [row.ref for row in rows] == [ask.ref for ask in waiting]


def test_today_is_of_one_community(asks, harbour):
    asks(AskState.DRAFTED)
    assert db.session.execute(queries.waiting(harbour.id)).all() == []


def test_a_campaign_shows_its_public_letters_only(asks):
    for state in (AskState.DRAFTED, AskState.MODERATED, AskState.PRIVATE):
        hidden = asks(state)
    asks(AskState.ANSWERED, was_public=False)
    public, answered = asks(AskState.PUBLIC), asks(AskState.ANSWERED)
    rows = db.session.execute(queries.public_of_campaign(hidden.campaign_id)).all()
    assert [row.ref for row in rows] == [answered.ref, public.ref]
    assert (rows[1].company, rows[1].signature_count, rows[1].answer) == ("Company 004", 0, None)
    assert rows[0].answer == "accept"


def test_a_private_answer_that_may_be_shown_is_shown_with_the_campaign(asks):
    ask = asks(AskState.ANSWERED, was_public=False)
    reply = db.session.get_one(Ask, ask.id, populate_existing=True)
    campaign_id = reply.campaign_id
    assert db.session.execute(queries.public_of_campaign(campaign_id)).all() == []
    db.session.execute(db.sql.text("UPDATE reply SET is_public = true"))
    assert [row.ref for row in db.session.execute(queries.public_of_campaign(campaign_id))] == [ask.ref]

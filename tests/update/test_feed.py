"""The Atom feed of a campaign."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db
from campaigns.update import rules
from campaigns.update.states import UpdateState
from tests.cast.queries import at_most
from tests.update.helpers import withdraw_consent

ATOM = "{http://www.w3.org/2005/Atom}"
WEDNESDAY = datetime(2026, 11, 18, 15, 42, 7, tzinfo=UTC)


def read(client, slug: str = "nurse") -> ET.Element:
    answer = client.get(f"/c/{slug}/updates.atom")
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    return ET.fromstring(answer.data)


def titles(feed: ET.Element) -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]


@pytest.fixture
def nurse(a_campaign):
    return a_campaign(slug="nurse", title="A nurse for Western Kenya")


def test_the_feed_has_what_atom_asks_of_it(client, nurse, an_update):
    update = an_update(UpdateState.PUBLISHED, campaign=nurse)
    feed = read(client)
    entry = feed.find(f"{ATOM}entry")
    assert feed.findtext(f"{ATOM}title") == "A nurse for Western Kenya: updates"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Lantern"
    for element in (feed, entry):
        assert element.findtext(f"{ATOM}id", "").startswith("http://localhost/c/nurse/updates")
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated", "")).tzinfo is not None
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"self": "http://localhost/c/nurse/updates.atom", "alternate": "http://localhost/c/nurse"}
    assert entry.find(f"{ATOM}link").get("href") == f"http://localhost/c/nurse/updates/{update.id}"
    content = entry.find(f"{ATOM}content")
    assert content.get("type") == "html"
    assert content.text == "<p>Amber Heron was <strong>second</strong> in biology.</p>\n"


def test_ids_are_unique_and_stay(client, nurse, an_update):
    for number in range(3):
        an_update(UpdateState.PUBLISHED, campaign=nurse, title=f"News {number}")
    first = [entry.findtext(f"{ATOM}id") for entry in read(client).findall(f"{ATOM}entry")]
    again = [entry.findtext(f"{ATOM}id") for entry in read(client).findall(f"{ATOM}entry")]
    assert first == again
    assert len(set(first)) == 3


def test_the_newest_come_first_and_old_ones_fall_out(client, nurse, an_update):
    for number in range(22):
        an_update(UpdateState.PUBLISHED, campaign=nurse, title=f"News {number}")
    assert titles(read(client)) == [f"News {number}" for number in range(21, 1, -1)]


def test_only_what_is_published_is_in_it(client, nurse, an_update):
    for state in UpdateState:
        an_update(state, campaign=nurse, title=state.value)
    assert titles(read(client)) == ["published"]


def test_an_empty_feed_is_a_feed(client, nurse):
    assert titles(read(client)) == []


def test_signs_that_mean_something_in_xml_are_escaped(client, nurse, an_update):
    title = "</title><x a='1'>&amp; ]]> \"q\""
    an_update(UpdateState.PUBLISHED, campaign=nurse, title=title, body="a < b & c > d ]]> <script>x</script>")
    feed = read(client)
    assert titles(feed) == [title]
    assert "<script>" not in feed.find(f"{ATOM}entry/{ATOM}content").text


def test_signs_that_xml_cannot_hold_are_left_out(client, nurse, an_update):
    an_update(UpdateState.PUBLISHED, campaign=nurse, title="Bell\x07 and \x1b[0m \ufffe end")
    assert titles(read(client)) == ["Bell and [0m  end"]


def test_of_an_update_on_a_minor_only_the_week_is_told(client, nurse, an_update):
    with clock.at(WEDNESDAY):
        an_update(UpdateState.PUBLISHED, campaign=nurse)
    entry = read(client).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}published") == "2026-11-16T00:00:00+00:00"
    assert entry.findtext(f"{ATOM}updated") == "2026-11-16T00:00:00+00:00"


def test_a_reader_that_has_it_already_gets_nothing_again(client, nurse, an_update, marta):
    update = an_update(UpdateState.PUBLISHED, campaign=nurse)
    tag = client.get("/c/nurse/updates.atom").headers["ETag"]
    again = client.get("/c/nurse/updates.atom", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    rules.withdraw(update, by=marta)
    db.session.commit()
    changed = client.get("/c/nurse/updates.atom", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert titles(ET.fromstring(changed.data)) == []


def test_it_may_be_cached_for_a_short_time_and_sets_no_cookie(client, nurse, an_update):
    an_update(UpdateState.PUBLISHED, campaign=nurse)
    headers = client.get("/c/nurse/updates.atom").headers
    assert "s-maxage=30" in headers["Cache-Control"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.IN_REVIEW, CampaignState.CANCELLED])
def test_a_campaign_that_is_not_public_has_no_feed(client, a_campaign, state):
    a_campaign(state, slug="nurse")
    assert client.get("/c/nurse/updates.atom").status_code == 404


def test_when_consent_ends_the_feed_ends(client, nurse, an_update):
    an_update(UpdateState.PUBLISHED, campaign=nurse)
    withdraw_consent(nurse.id)
    assert client.get("/c/nurse/updates.atom").status_code == 404


def test_the_feed_never_says_who_the_student_is(client, nurse, an_update):
    an_update(UpdateState.PUBLISHED, campaign=nurse)
    assert b"Canary" not in client.get("/c/nurse/updates.atom").data


def test_more_updates_need_no_more_statements(client, nurse, an_update):
    for number in range(8):
        an_update(UpdateState.PUBLISHED, campaign=nurse, title=f"News {number}")
    db.session.expire_all()
    with at_most(2):
        read(client)

"""Following a campaign by e-mail: GET shows, POST confirms."""

import re
from datetime import timedelta

import pytest

from campaigns.app import create_app
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db
from campaigns.notice import queries as notices
from campaigns.notice import rules as notice
from campaigns.notice.models import Notice, Subscription
from tests.cast.browser import submit


@pytest.fixture
def nurse(a_campaign):
    return a_campaign(slug="nurse", title="A nurse for Western Kenya")


def followers(campaign) -> list[str]:
    return [found.email for found in db.session.scalars(notices.followers(f"campaign:{campaign.id}"))]


def link() -> str:
    """The path of the confirming link in the latest letter."""
    letter = db.session.query(Notice).order_by(Notice.id.desc()).first()
    found = re.search(r"http://localhost(/follow/\S+)", letter.text)
    assert found is not None
    db.session.commit()
    return found.group(1)


def test_a_guest_follows_after_confirming_the_address(client, nurse):
    asked = submit(client, "/c/nurse/follow", follow=True, email="Petra@Example.org")
    assert "Look into your inbox" in asked.text
    assert followers(nurse) == []
    db.session.commit()
    path = link()
    shown = client.get(path)
    assert "Follow A nurse for Western Kenya?" in shown.text
    assert followers(nurse) == []
    db.session.commit()
    done = submit(client, path, follow=True)
    assert "You follow A nurse for Western Kenya" in done.text
    assert followers(nurse) == ["petra@example.org"]


def test_a_double_click_and_a_second_visit_still_say_so(client, nurse):
    submit(client, "/c/nurse/follow", email="petra@example.org")
    path = link()
    submit(client, path)
    assert "You follow" in client.get(path).text
    assert client.get(path).status_code == 200
    assert followers(nurse) == ["petra@example.org"]


def test_a_scanner_that_opens_the_link_confirms_nothing(client, nurse):
    submit(client, "/c/nurse/follow", email="petra@example.org")
    path = link()
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert followers(nurse) == []


def test_a_confirming_link_ends_with_the_subscription(client, nurse):
    submit(client, "/c/nurse/follow", email="petra@example.org")
    path = link()
    submit(client, path)
    notice.unsubscribe(db.session.query(Subscription).one())
    db.session.commit()
    assert client.get(path).status_code == 422
    assert followers(nurse) == []


@pytest.mark.parametrize("path", ["/follow/x", "/follow/" + "a" * 43])
def test_an_unknown_link_is_explained(client, app, path):
    answer = client.get(path)
    assert answer.status_code == 422
    assert "has been used, has expired or was mistyped" in answer.text


def test_a_link_that_is_too_old_is_explained(client, nurse, app):
    submit(client, "/c/nurse/follow", email="petra@example.org")
    path = link()
    with clock.at(clock.now() + timedelta(days=3, minutes=1)):
        assert client.get(path).status_code == 422


def test_an_address_that_follows_already_gets_the_same_answer_and_no_letter(client, nurse, a_follower):
    a_follower(nurse, "petra@example.org")
    known = submit(client, "/c/nurse/follow", email="petra@example.org")
    unknown = submit(client, "/c/nurse/follow", email="quinn@example.org")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert [letter.to for letter in db.session.query(Notice)] == ["quinn@example.org"]


def test_nobody_can_be_flooded_with_confirmations(client, nurse):
    for _ in range(5):
        submit(client, "/c/nurse/follow", email="petra@example.org")
    assert db.session.query(Notice).count() == 1


@pytest.mark.parametrize(
    "email", ["", "petra", "petra@", "@example.org", "a b@example.org", "petra@example.org\nBcc: x@y.org", "x" * 255]
)
def test_a_wrong_address_is_explained_and_kept(client, nurse, email):
    answer = submit(client, "/c/nurse/follow", email=email)
    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert db.session.query(Notice).count() == 0


def test_what_was_typed_is_kept(client, nurse):
    assert 'value="petra@nowhere"' in submit(client, "/c/nurse/follow", email="petra@nowhere").text


def test_the_form_without_its_token_is_refused(client, nurse):
    assert client.post("/c/nurse/follow", data={"email": "petra@example.org"}).status_code == 400
    assert db.session.query(Subscription).count() == 0


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.IN_REVIEW, CampaignState.CANCELLED])
def test_a_campaign_that_is_not_public_is_not_followed(client, a_campaign, state):
    a_campaign(state, slug="nurse")
    assert client.get("/c/nurse/follow").status_code == 404


def test_asking_too_often_is_answered_429(settings, nurse):
    busy = create_app(settings.model_copy(update={"vouch_env": "development"}))
    with busy.app_context():
        client = busy.test_client()
        answers = [
            submit(client, "/c/nurse/follow", email=f"reader{number}@example.org").status_code for number in range(11)
        ]
        db.session.remove()
        db.sql.engine.dispose()
    assert answers == [303] * 10 + [429]

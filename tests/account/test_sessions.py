"""Seeing where one is signed in, and ending it."""

import pytest
import sqlalchemy as sa

from campaigns.account.models import UserSession
from campaigns.audit.models import AuditEntry
from campaigns.kit import db
from tests.cast.browser import submit
from tests.cast.people import PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36"


@pytest.fixture
def browsers(app, amina):
    """Amina's computer and her phone, both signed in."""
    found = []
    for agent in (FIREFOX, PHONE):
        client = app.test_client()
        client.environ_base["HTTP_USER_AGENT"] = agent
        submit(client, "/sign-in", email="amina@example.org", password=PASSWORD)
        found.append(client)
    return found


def number_of(agent):
    return db.session.scalars(sa.select(UserSession.id).where(UserSession.agent == agent)).one()


def test_the_list_names_browsers_and_which_is_this_one(browsers):
    computer, _phone = browsers
    page = computer.get("/account/sessions").text
    assert "Firefox on Linux" in page
    assert "Chrome on Android" in page
    assert page.count("This browser") == 1


def test_a_revoked_session_is_out_at_its_next_request(browsers):
    computer, phone = browsers
    assert phone.get("/account").status_code == 200
    answer = submit(computer, "/account/sessions", to=f"/account/sessions/{number_of(PHONE)}/end")
    assert answer.location == "/account/sessions"
    assert phone.get("/account").status_code == 303
    assert computer.get("/account").status_code == 200
    assert db.session.scalars(sa.select(AuditEntry.action)).all()[-1] == "account.session_ended"


def test_all_others_end_at_once(browsers):
    computer, phone = browsers
    submit(phone, "/account/sessions", to="/account/sessions/end-others")
    assert computer.get("/account").status_code == 303
    assert phone.get("/account").status_code == 200


def test_somebody_elses_session_is_not_there(browsers, sign_in, rita):
    client = sign_in(rita)
    shown = submit(client, "/account", to=f"/account/sessions/{number_of(PHONE)}/end")
    assert shown.status_code == 404
    assert browsers[1].get("/account").status_code == 200


def test_a_session_ends_once(browsers):
    computer, _phone = browsers
    ended = f"/account/sessions/{number_of(PHONE)}/end"
    submit(computer, "/account/sessions", to=ended)
    assert submit(computer, "/account/sessions", to=ended).status_code == 404

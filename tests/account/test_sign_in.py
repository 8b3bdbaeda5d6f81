"""Signing in by password, staying in, and out."""

import pytest
import sqlalchemy as sa

from campaigns.account import passwords, queries, rules
from campaigns.account.models import UserSession
from campaigns.account.rules.credentials import WrongCredentials
from campaigns.kit import clock, db
from tests.cast.browser import submit
from tests.cast.people import PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def sign_in_as(client, user, *, password=PASSWORD, url="/sign-in", **fields):
    return submit(client, url, **{"email": user.email, "password": password} | fields)


def test_an_organiser_lands_in_the_community(client, amina):
    assert sign_in_as(client, amina).location == "/a/lantern/"
    assert client.get("/account").status_code == 200


def test_somebody_without_a_community_lands_in_the_account(client, rita):
    assert sign_in_as(client, rita).location == "/account"


@pytest.mark.parametrize("email", ["AMINA@Example.org", "  amina@example.org  "])
def test_the_spelling_of_the_address_does_not_matter(client, amina, email):
    assert sign_in_as(client, amina, email=email).status_code == 303


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(app, amina):
    pages = []
    for email, password in (("amina@example.org", "not her password"), ("nobody@example.org", PASSWORD)):
        client = app.test_client()
        shown = client.get("/sign-in").text
        answer = submit(client, "/sign-in", email=email, password=password)
        assert answer.status_code == 422
        assert shown != answer.text
        tokens = [part.split('"')[0] for part in answer.text.split('name="csrf_token" type="hidden" value="')[1:]]
        assert len(tokens) == 1
        pages.append(answer.text.replace(email, "EMAIL").replace(tokens[0], "TOKEN"))
    assert pages[0] == pages[1]
    assert "do not fit" in pages[0]


def test_a_password_is_checked_even_where_nobody_has_the_address(app, monkeypatch):
    checked = []
    monkeypatch.setattr(passwords, "matches", lambda known, typed: checked.append(known) or False)
    with pytest.raises(WrongCredentials):
        rules.authenticate("nobody@example.org", PASSWORD)
    assert checked == [passwords.NOBODY]


def test_the_slow_hash_holds_no_transaction(app, amina, monkeypatch):
    seen = []

    def spy(known, typed):
        seen.append(db.session().in_transaction())
        return True

    monkeypatch.setattr(passwords, "matches", spy)
    rules.authenticate("amina@example.org", PASSWORD)
    rules.reauthenticate(amina, PASSWORD)
    assert seen == [False, False]


def test_a_disabled_account_does_not_open(client, amina):
    amina.disabled_at = clock.now()
    db.session.commit()
    assert sign_in_as(client, amina).status_code == 422


def test_an_account_that_is_disabled_is_out_at_the_next_request(sign_in, amina):
    client = sign_in(amina)
    assert client.get("/account").status_code == 200
    amina.disabled_at = clock.now()
    db.session.commit()
    assert client.get("/account").status_code == 303


def test_an_unconfirmed_account_does_not_open(app):
    rules.create_user("Noor", "noor@example.org", PASSWORD, confirmed=False)
    db.session.commit()
    with pytest.raises(WrongCredentials, match="open the link"):
        rules.authenticate("noor@example.org", PASSWORD)


def test_the_browser_gets_a_fresh_session(client, amina):
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    sign_in_as(client, amina)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        first = cookie["_user_id"]
    sign_in_as(client, amina)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != first


def test_the_cookie_holds_no_number_that_opens_anything_without_its_row(client, amina):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = str(amina.id)
    assert client.get("/account").status_code == 303


def test_only_a_hash_of_the_token_is_stored(client, amina):
    sign_in_as(client, amina)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    stored = db.session.scalars(sa.select(UserSession.token_hash)).all()
    assert token not in stored
    assert all(len(digest) == 64 for digest in stored)


def test_a_password_hashed_too_weakly_is_hashed_again(app, amina, monkeypatch):
    monkeypatch.setattr(passwords, "is_outdated", lambda _hash: True)
    before = amina.password_hash
    rules.authenticate("amina@example.org", PASSWORD)
    db.session.commit()
    after = db.session.scalars(queries.by_email("amina@example.org")).one().password_hash
    assert after != before
    assert passwords.matches(after, PASSWORD)


def test_a_page_that_needs_an_account_is_come_back_to(client, amina):
    asked = client.get("/account/sessions?x=1")
    assert asked.status_code == 303
    assert asked.location == "/sign-in?next=/account/sessions?x%3D1"
    assert sign_in_as(client, amina, url=asked.location).location == "/account/sessions?x=1"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "%2F%2Fevil.example"])
def test_signing_in_never_leads_away(client, amina, target):
    assert sign_in_as(client, amina, url=f"/sign-in?next={target}").location == "/a/lantern/"


def test_signing_out_ends_the_session_on_the_server_too(sign_in, app, amina):
    client = sign_in(amina)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    answer = submit(client, "/account", to="/sign-out")
    assert answer.location == "/"
    stolen = app.test_client()
    with stolen.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert stolen.get("/account").status_code == 303
    assert client.get("/account").status_code == 303


def test_signing_out_takes_a_form_and_no_link(sign_in, amina):
    assert sign_in(amina).get("/sign-out").status_code == 405


def test_a_session_ends_after_a_fortnight(sign_in, amina):
    client = sign_in(amina)
    row = db.session.scalars(sa.select(UserSession)).one()
    with clock.at(row.expires_at):
        assert client.get("/account").status_code == 303


def test_the_page_names_its_fields_for_password_managers(client):
    page = client.get("/sign-in").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


def test_nothing_of_a_sign_in_is_cached_by_others(client):
    assert client.get("/sign-in").headers["Cache-Control"] == "private, no-cache"

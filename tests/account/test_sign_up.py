"""Making an account through a confirmed address."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.account import passwords, queries, rules
from campaigns.account.models import User
from campaigns.account.rules.people import BadName, EmailTaken
from campaigns.kit import clock, db
from tests.cast.browser import submit
from tests.cast.letters import letters_to, link_to
from tests.cast.people import PASSWORD

GIVEN = {"name": "Wanjiru Kamau", "email": "wanjiru@example.org", "password": PASSWORD}


def accounts():
    count = db.session.scalar(sa.select(sa.func.count()).select_from(User))
    db.session.commit()
    return count


def without_tokens(page):
    return re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", page)


def test_a_sign_up_makes_no_account_before_the_link_is_opened(client):
    answer = submit(client, "/sign-up", **GIVEN)
    assert answer.status_code == 303
    assert accounts() == 0


def test_opening_the_link_shows_and_sending_its_form_confirms(client):
    submit(client, "/sign-up", **GIVEN)
    link = link_to("wanjiru@example.org", "/confirm/")
    shown = client.get(link)
    assert "Wanjiru Kamau" in shown.text
    assert "wanjiru@example.org" in shown.text
    assert accounts() == 0

    answer = submit(client, link)
    assert answer.location == "/account"
    user = db.session.scalars(queries.by_email("wanjiru@example.org")).one()
    assert (user.name, user.email_canonical) == ("Wanjiru Kamau", "wanjiru@example.org")
    assert user.email_confirmed_at is not None
    assert client.get("/account").status_code == 200


def test_the_first_page_says_what_to_do_next(client):
    submit(client, "/sign-up", **GIVEN)
    page = submit(client, link_to("wanjiru@example.org", "/confirm/"), follow=True).text
    assert "Create a community" in page
    assert "Apply for support" in page
    assert "Accept an invitation" in page


def test_a_link_confirms_once(client, app):
    submit(client, "/sign-up", **GIVEN)
    link = link_to("wanjiru@example.org", "/confirm/")
    submit(client, link)
    again = app.test_client().get(link)
    assert again.status_code == 410
    assert "no longer works" in again.text


def test_a_link_is_too_old_after_two_days(client):
    submit(client, "/sign-up", **GIVEN)
    link = link_to("wanjiru@example.org", "/confirm/")
    with clock.at(clock.now() + timedelta(days=2, seconds=1)):
        assert client.get(link).status_code == 410


def test_a_made_up_link_leads_nowhere(client):
    assert client.get("/confirm/made-up").status_code == 410


def test_a_known_address_gets_byte_for_byte_the_same_answer(app, amina):
    db.session.commit()
    answers = []
    for email in ("amina@example.org", "nobody@example.org"):
        client = app.test_client()
        answer = submit(client, "/sign-up", name="Wanjiru", email=email, password=PASSWORD)
        page = client.get(answer.location)
        answers.append(
            (answer.status_code, answer.location, answer.data, page.status_code, page.text.replace(email, "EMAIL"))
        )
    assert answers[0] == answers[1]


def test_the_owner_of_a_known_address_is_told_and_keeps_the_password(client, amina):
    db.session.commit()
    submit(client, "/sign-up", name="Wanjiru", email="AMINA@example.org", password="another long password")
    letter = letters_to("amina@example.org")[-1]
    assert letter.subject == "You already have an account on Vouch"
    assert "/password/forgot" in letter.text
    user = db.session.scalars(queries.by_email("amina@example.org")).one()
    assert passwords.matches(user.password_hash, PASSWORD)


def test_each_link_confirms_its_own_sign_up_and_nobody_elses_password(app):
    stranger, owner = app.test_client(), app.test_client()
    submit(owner, "/sign-up", **GIVEN)
    link = link_to("wanjiru@example.org", "/confirm/")
    submit(stranger, "/sign-up", **GIVEN | {"password": "known to a stranger"})
    submit(owner, link)
    user = db.session.scalars(queries.by_email("wanjiru@example.org")).one()
    assert passwords.matches(user.password_hash, PASSWORD)
    assert not passwords.matches(user.password_hash, "known to a stranger")


def test_a_second_link_cannot_take_the_address_again(app):
    submit(app.test_client(), "/sign-up", **GIVEN)
    first = link_to("wanjiru@example.org", "/confirm/")
    submit(app.test_client(), "/sign-up", **GIVEN)
    second = link_to("wanjiru@example.org", "/confirm/")
    submit(app.test_client(), first)
    late = submit(app.test_client(), second)
    assert late.status_code == 422
    assert "already an account" in late.text
    assert accounts() == 1


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": ""}, "Enter your name."),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"email": "nowhere"}, "name@example.org"),
        ({"email": ""}, "Enter your e-mail address."),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "password1234"}, "tried first"),
        ({"password": "Wanjiru Kamau"}, "Do not use your name"),
    ],
)
def test_a_mistake_is_shown_at_its_field_and_keeps_what_was_typed(client, changed, message):
    answer = submit(client, "/sign-up", **GIVEN | changed)
    field = next(iter(changed))
    assert answer.status_code == 422
    assert message in answer.text
    assert f'id="{field}-error"' in answer.text
    if field != "name":
        assert 'value="Wanjiru Kamau"' in answer.text
    assert PASSWORD not in answer.text
    assert letters_to("wanjiru@example.org") == []


def test_a_password_field_tells_password_managers_what_it_is(client):
    page = client.get("/sign-up").text
    assert re.search(r'<input[^>]*autocomplete="new-password"[^>]*type="password"', page)
    assert re.search(r'<input[^>]*autocomplete="username"[^>]*type="email"', page)


def test_hashing_is_done_before_the_database_is_touched(app, monkeypatch):
    seen = []

    def spy(password):
        seen.append(db.session().in_transaction())
        return "hash"

    monkeypatch.setattr(passwords, "hash_password", spy)
    db.session.rollback()
    rules.sign_up(**GIVEN)
    assert seen == [False]


@pytest.mark.both_databases
def test_an_account_is_made_at_once_from_the_command_line(app):
    user = rules.create_user("  Ada   Lovelace ", "Ada@Example.org", PASSWORD)
    db.session.commit()
    assert (user.name, user.email, user.is_active) == ("Ada Lovelace", "ada@example.org", True)
    assert not rules.create_user("Babbage", "babbage@example.org", PASSWORD, confirmed=False).is_active


@pytest.mark.both_databases
def test_an_address_has_one_account(app, amina):
    with pytest.raises(EmailTaken):
        rules.create_user("Other", "amina@example.org", PASSWORD)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "Amina\u202eevil", "A\x07"])
def test_a_name_is_one_printable_line(app, name):
    with pytest.raises(BadName):
        rules.create_user(name, "amina@example.org", PASSWORD)

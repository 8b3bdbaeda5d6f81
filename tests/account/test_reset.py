"""A forgotten password."""

from datetime import timedelta

import pytest

from campaigns.account import passwords, queries, rules
from campaigns.kit import clock, db
from campaigns.kit.links import LinkSpent
from tests.cast.browser import submit
from tests.cast.letters import letters_to, link_to
from tests.cast.people import PASSWORD

NEW = "a quite different sentence"


def ask(client, email="amina@example.org"):
    answer = submit(client, "/password/forgot", email=email)
    assert answer.status_code == 303
    return answer


def password_of(user):
    return db.session.scalars(queries.by_email(user.email)).one().password_hash


def test_a_link_sets_a_new_password(client, amina):
    ask(client)
    answer = submit(client, link_to("amina@example.org", "/password/reset/"), password=NEW)
    assert answer.location == "/sign-in"
    assert passwords.matches(password_of(amina), NEW)
    assert submit(client, "/sign-in", email="amina@example.org", password=PASSWORD).status_code == 422
    assert submit(client, "/sign-in", email="amina@example.org", password=NEW).status_code == 303


def test_looking_at_the_link_changes_nothing(client, amina):
    ask(client)
    link = link_to("amina@example.org", "/password/reset/")
    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200
    assert passwords.matches(password_of(amina), PASSWORD)


def test_every_session_ends_and_the_owner_is_told(client, sign_in, amina):
    elsewhere = sign_in(amina)
    ask(client)
    submit(client, link_to("amina@example.org", "/password/reset/"), password=NEW)
    assert elsewhere.get("/account").status_code == 303
    assert letters_to("amina@example.org")[-1].subject == "Your password was changed"


def test_a_link_works_once(client, amina):
    ask(client)
    link = link_to("amina@example.org", "/password/reset/")
    submit(client, link, password=NEW)
    assert client.get(link).status_code == 410
    with pytest.raises(LinkSpent):
        rules.reset(link.rsplit("/", 1)[1], "yet another sentence")
    assert passwords.matches(password_of(amina), NEW)


def test_a_link_lasts_ten_minutes(client, amina):
    ask(client)
    link = link_to("amina@example.org", "/password/reset/")
    with clock.at(clock.now() + timedelta(minutes=9, seconds=50)):
        assert client.get(link).status_code == 200
    with clock.at(clock.now() + timedelta(minutes=10, seconds=1)):
        assert client.get(link).status_code == 410


def test_only_the_newest_link_works(client, amina):
    ask(client)
    first = link_to("amina@example.org", "/password/reset/")
    ask(client)
    assert client.get(first).status_code == 410
    assert client.get(link_to("amina@example.org", "/password/reset/")).status_code == 200


def test_a_link_for_one_purpose_does_nothing_for_another(client, amina):
    ask(client)
    token = link_to("amina@example.org", "/password/reset/").rsplit("/", 1)[1]
    assert client.get(f"/confirm/{token}").status_code == 410


def test_known_and_unknown_addresses_get_byte_for_byte_the_same_answer(app, amina):
    answers = []
    for email in ("amina@example.org", "nobody@example.org"):
        client = app.test_client()
        answer = ask(client, email)
        page = client.get(answer.location)
        answers.append((answer.status_code, answer.location, answer.data, page.text.replace(email, "EMAIL")))
    assert answers[0] == answers[1]


def test_an_unknown_address_is_told_by_mail_that_it_is_unknown(client):
    ask(client, "nobody@example.org")
    letter = letters_to("nobody@example.org")[-1]
    assert letter.subject == "No account on Vouch with this address"
    assert "/password/reset/" not in letter.text


def test_a_disabled_account_gets_no_link(client, amina):
    amina.disabled_at = clock.now()
    db.session.commit()
    ask(client)
    assert "/password/reset/" not in letters_to("amina@example.org")[-1].text


@pytest.mark.parametrize(
    ("password", "message"), [("short", "at least 10"), ("amina@example.org", "your name or e-mail")]
)
def test_a_refused_password_leaves_the_link_open(client, amina, password, message):
    ask(client)
    link = link_to("amina@example.org", "/password/reset/")
    answer = submit(client, link, password=password)
    assert answer.status_code == 422
    assert message in answer.text
    assert client.get(link).status_code == 200


def test_a_wrong_address_is_refused_at_its_field(client):
    answer = submit(client, "/password/forgot", email="nowhere")
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text

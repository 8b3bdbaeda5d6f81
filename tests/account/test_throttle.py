"""Guessing is slowed down, for one network address and for one account."""

import pytest

from campaigns.kit import db, limits
from tests.cast.browser import submit
from tests.cast.people import PASSWORD
from tests.conftest import settings_for


@pytest.fixture
def settings(settings, tmp_path):
    return settings_for(tmp_path, vouch_env="development", database_url=settings.database_url)


@pytest.fixture(autouse=True)
def counted(app):
    limits.limiter.enabled = True
    limits.limiter.reset()
    yield
    limits.limiter.reset()
    limits.limiter.enabled = False


def guess(client, email="amina@example.org", address="192.0.2.1"):
    client.environ_base["REMOTE_ADDR"] = address
    return submit(client, "/sign-in", email=email, password="not her password")


def test_the_eleventh_guess_at_an_account_is_turned_away_from_wherever(client, amina):
    answers = [guess(client, address=f"192.0.2.{number}").status_code for number in range(1, 12)]
    assert answers == [422] * 10 + [429]


def test_another_spelling_of_the_address_is_the_same_account(client, amina):
    for number in range(10):
        guess(client, email=f"AMINA+{number}@example.org", address=f"192.0.2.{number}")
    assert guess(client, address="192.0.2.200").status_code == 429


def test_the_answer_says_when_to_come_back(client, amina):
    answer = [guess(client) for _ in range(11)][-1]
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Too many tries" in answer.text


def test_one_network_address_cannot_try_many_accounts(client):
    answers = [guess(client, email=f"person{number}@example.org").status_code for number in range(31)]
    assert answers == [422] * 30 + [429]


def test_others_are_not_held_up(client, amina, rita):
    for _ in range(11):
        guess(client)
    client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert submit(client, "/sign-in", email="rita@example.org", password=PASSWORD).status_code == 303


def test_signing_in_rightly_is_not_counted(client, amina):
    answers = [submit(client, "/sign-in", email="amina@example.org", password=PASSWORD).status_code for _ in range(12)]
    assert answers == [303] * 12


def test_looking_at_the_page_is_not_counted(client):
    assert {client.get("/sign-in").status_code for _ in range(40)} == {200}


def test_a_mailbox_is_not_flooded(client):
    answers = [submit(client, "/password/forgot", email="noor@example.org").status_code for _ in range(4)]
    assert answers == [303] * 3 + [429]


def test_codes_of_one_account_are_counted_over_all_its_sessions(client, amina):
    amina.totp_secret, amina.totp_confirmed_at = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", amina.created_at
    db.session.commit()
    answers = []
    for _ in range(11):
        submit(client, "/sign-in", email="amina@example.org", password=PASSWORD)
        answers.append(submit(client, "/account/second-factor", code="000000").status_code)
    assert answers == [422] * 10 + [429]

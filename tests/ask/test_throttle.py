"""Signing and answering are slowed down for those who do it too often."""

import pytest

from campaigns.ask.models import Reply, Signature
from campaigns.ask.rules.mails import reply_token
from campaigns.ask.states import AskState
from campaigns.kit import db, limits
from tests.cast.browser import submit
from tests.conftest import settings_for


@pytest.fixture
def settings(settings, tmp_path):
    return settings_for(tmp_path, vouch_env="development", database_url=settings.database_url)


@pytest.fixture(autouse=True)
def counting(app):
    limits.limiter.enabled = True
    limits.limiter.reset()
    yield
    limits.limiter.reset()
    limits.limiter.enabled = False


def test_the_eleventh_signature_within_a_minute_has_to_wait(client, an_ask):
    path = f"/asks/{an_ask(AskState.PUBLIC).ref}/sign"
    answers = [submit(client, path, email=f"s{n}@example.org", shown_as="Sana") for n in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert "Retry-After" in answers[-1].headers
    assert db.session.query(Signature).count() == 10


def test_the_eleventh_answer_within_a_minute_has_to_wait(app, client, an_ask):
    ask = an_ask(AskState.PRIVATE)
    with app.test_request_context():
        path = f"/reply/{reply_token(ask)}/decline"
    answers = [submit(client, path).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert db.session.query(Reply).count() == 0


def test_reading_is_not_slowed_down(client, an_ask):
    path = f"/asks/{an_ask(AskState.PUBLIC).ref}/sign"
    assert {client.get(path).status_code for _ in range(15)} == {200}

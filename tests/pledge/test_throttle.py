"""Pledging is slowed down for those who do it too often; reading never is."""

import pytest

from campaigns.kit import db, limits
from campaigns.pledge.models import Pledge
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


def test_the_eleventh_pledge_within_a_minute_has_to_wait(client, a_campaign):
    path = f"/c/{a_campaign().slug}/pledge"
    filled_in = {"amount": "5", "name": "Petra", "email": "petra@example.org", "method": "bank_transfer"}

    answers = [submit(client, path, **filled_in) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert "Retry-After" in answers[-1].headers
    assert db.session.query(Pledge).count() == 10


def test_reading_the_form_is_not_slowed_down(client, a_campaign):
    path = f"/c/{a_campaign().slug}/pledge"

    assert {client.get(path).status_code for _ in range(15)} == {200}

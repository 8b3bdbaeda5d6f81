"""Guessing codes is slowed down."""

import pytest

from campaigns.kit import limits
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


def test_the_twenty_first_code_within_a_minute_has_to_wait(client):
    for _ in range(20):
        assert submit(client, "/apply/resume", code="KQ7M-2XWP-9TRA").status_code == 422

    answer = submit(client, "/apply/resume", code="KQ7M-2XWP-9TRA")

    assert answer.status_code == 429
    assert "Retry-After" in answer.headers

"""Help, privacy, accessibility, reporting a concern: plain pages that hold what they promise."""

import itertools
import re

import pytest

from campaigns.app import create_app
from tests.cast.queries import at_most
from tests.conftest import settings_for

PAGES = ["/help", "/privacy", "/accessibility", "/report-a-concern"]


@pytest.mark.parametrize("path", PAGES)
def test_each_is_there_for_everyone_without_a_session_or_the_database(client, path):
    with at_most(0):
        answer = client.get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.text.count("<h1") == 1
    assert "<form" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_every_page_leads_to_all_of_them(client, path):
    footer = client.get(path).text.split("<footer")[1]
    assert all(f'href="{page}"' in footer for page in PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_headings_go_down_one_step_at_a_time(client, path):
    levels = [int(level) for level in re.findall(r"<h([1-6])", client.get(path).text)]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


@pytest.mark.parametrize("anchor", ["sponsors", "advocates", "students", "schools", "figures", "source"])
def test_help_has_the_places_that_others_point_to(client, anchor):
    page = client.get("/help").text
    assert f'id="{anchor}"' in page
    assert f'href="#{anchor}"' in page


@pytest.fixture
def elsewhere(tmp_path):
    settings = settings_for(tmp_path, concern_email="Safiya <safe@vouch.example>", security_email="sec@vouch.example")
    return create_app(settings).test_client()


@pytest.mark.parametrize("path", ["/report-a-concern", "/privacy", "/accessibility"])
def test_the_address_to_write_to_is_that_of_the_settings(elsewhere, path):
    assert "mailto:safe@vouch.example" in elsewhere.get(path).text


def test_a_concern_page_says_what_to_do_when_somebody_is_in_danger(client):
    page = client.get("/report-a-concern").text
    assert page.index("Is somebody in danger now?") < page.index("Write to a safeguarding officer")
    assert "emergency number" in page


def test_the_security_address_is_another(elsewhere):
    assert "mailto:sec@vouch.example" in elsewhere.get("/.well-known/security.txt").text

"""Where `next` may lead: to our own pages and nowhere else."""

import pytest

from campaigns.account.returning import here, local_path


@pytest.mark.parametrize(
    "target", ["/", "/a/lantern/", "/a/lantern/team?page=2", "/c/x#updates", "/c/caf%C3%A9", "/p/AB?k=1:2"]
)
def test_a_path_of_this_site_is_followed(target):
    assert local_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        *("", None, "a/lantern", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil"),
        *("https://evil.example", "http:evil.example", "javascript:alert(1)", "data:text/html,x", "mailto:a@b.example"),
        *("/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example", " //evil.example", "\t//evil.example"),
        *("/ /evil", "/a\\b", "/a\x00b", "/\x7f/evil", ".//evil.example"),
        *("/ok\r\nSet-Cookie: x=1", "https:/evil.example", "@evil.example"),
    ],
)
def test_an_address_that_may_lead_away_is_not(target):
    assert local_path(target) is None


def test_a_page_comes_back_to_itself(app):
    with app.test_request_context("/a/lantern/money?status=late"):
        assert here() == "/a/lantern/money?status=late"


def test_a_form_comes_back_to_the_page_it_stood_on(app):
    page = {"Referer": "http://localhost/a/lantern/team?x=1"}
    with app.test_request_context("/a/lantern/team/3/end", method="POST", headers=page):
        assert here() == "/a/lantern/team?x=1"


@pytest.mark.parametrize("referrer", ["", "https://evil.example/a/lantern", "http://localhost//evil.example"])
def test_a_form_without_a_page_of_ours_comes_back_to_the_front(app, referrer):
    with app.test_request_context("/a/lantern/team/3/end", method="POST", headers={"Referer": referrer}):
        assert here() == "/"

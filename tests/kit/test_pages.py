import pytest
from flask import Flask, request

from campaigns.kit import pages
from campaigns.kit.pages import Front, Kept, Pages


class Site:
    """A small app whose page is kept, with a version that the test sets and builds that it counts."""

    def __init__(self, **config):
        self.app = Flask(__name__)
        self.app.config.update(PUBLIC_URL="http://localhost", **config)
        self.version: str | None = "1"
        self.built = 0
        self.fault: Exception | None = None
        self.headers: dict[str, str] = {}
        self.app.add_url_rule("/c/<name>", view_func=self.page, methods=["GET", "POST"], endpoint="page")
        self.app.add_url_rule("/c/<name>/more", view_func=lambda name: "more", endpoint="more")
        pages.install(self.app, "/c/", self.tell)
        self.client = self.app.test_client()

    def tell(self, name):
        if self.fault:
            raise self.fault
        return self.version

    def page(self, name):
        if self.version is None:
            return "gone", 410

        def build():
            self.built += 1
            return f"{name} {self.version} {request.host}"

        response = pages.answer(self.version, build)
        response.headers.update(self.headers)
        return response


@pytest.fixture
def site():
    return Site()


def test_a_page_is_built_once_for_each_version(site):
    assert [site.client.get("/c/a").text for _ in range(3)] == ["a 1 localhost"] * 3
    assert site.built == 1
    site.version = "2"
    assert site.client.get("/c/a").text == "a 2 localhost"
    assert site.built == 2


def test_kept_and_built_pages_look_the_same(site):
    first, second = site.client.get("/c/a"), site.client.get("/c/a")
    assert site.built == 1
    assert dict(first.headers) == dict(second.headers)
    assert first.headers["Cache-Control"] == pages.SHARED


def test_who_has_this_version_is_told_so(site):
    tag = site.client.get("/c/a").headers["ETag"]
    for _ in range(2):
        answer = site.client.get("/c/a", headers={"If-None-Match": tag})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
        assert "Content-Length" not in answer.headers
    site.version = "2"
    assert site.client.get("/c/a", headers={"If-None-Match": tag}).status_code == 200


def test_the_304_of_a_fresh_process_builds_nothing(site):
    tag = site.client.get("/c/a").headers["ETag"]
    other = Site()
    assert other.client.get("/c/a", headers={"If-None-Match": tag}).status_code == 304
    assert other.built == 0


def test_what_is_hidden_is_hidden_at_the_next_request(site):
    site.client.get("/c/a")
    site.version = None
    assert site.client.get("/c/a").status_code == 410
    assert site.client.get("/c/a").text == "gone"


def test_errors_are_not_kept(site):
    site.version = None
    site.client.get("/c/a")
    site.version = "1"
    assert site.client.get("/c/a").status_code == 200


def test_a_fault_in_asking_for_the_version_is_left_to_the_application(site):
    site.client.get("/c/a")
    site.fault = RuntimeError("the database is gone")
    assert site.client.get("/c/a").text == "a 1 localhost"
    assert site.built == 2


def test_a_head_has_the_headers_alone(site):
    length = site.client.get("/c/a").headers["Content-Length"]
    answer = site.client.head("/c/a")
    assert (answer.data, answer.headers["Content-Length"]) == (b"", length)


def test_a_head_before_any_get_leaves_no_empty_page(site):
    site.client.head("/c/a")
    assert site.client.get("/c/a").text == "a 1 localhost"


def test_other_methods_and_addresses_pass_through(site):
    assert site.client.get("/c/a/more").text == "more"
    site.client.post("/c/a")
    site.client.post("/c/a")
    assert site.built == 2


def test_a_page_is_kept_for_its_host(site):
    site.client.get("/c/a")
    answer = site.client.get("/c/a", headers={"Host": "other.example"})
    assert answer.text == "a 1 other.example"
    assert site.client.get("/c/a").text == "a 1 localhost"


def test_a_page_with_a_cookie_is_not_kept(site):
    site.headers = {"Set-Cookie": "a=b"}
    site.client.get("/c/a")
    site.client.get("/c/a")
    assert site.built == 2


def test_a_page_that_varies_is_not_kept(site):
    site.headers = {"Vary": "Cookie"}
    site.client.get("/c/a")
    site.client.get("/c/a")
    assert site.built == 2


def test_nothing_is_kept_while_templates_may_change():
    app = Flask(__name__)
    app.debug = True
    pages.install(app, "/c/", lambda name: "1")
    assert not isinstance(app.wsgi_app, Front)


def test_room_is_made_by_what_was_not_used_for_longest():
    kept = Pages(most_bytes=10)
    for name in "abc":
        kept.keep((name,), Kept(name, [], b"1234"))
        kept.get(("a",))
    assert kept.get(("a",)) is not None
    assert kept.get(("b",)) is None
    assert kept.get(("c",)) is not None


def test_a_new_version_takes_the_place_of_the_old():
    kept = Pages(most_bytes=10)
    for version in "123456":
        kept.keep(("a",), Kept(version, [], b"12345678"))
    assert kept.get(("a",)).tag == "6"


def test_a_page_larger_than_all_room_is_not_kept():
    kept = Pages(most_bytes=10)
    kept.keep(("a",), Kept("1", [], b"x" * 11))
    assert kept.get(("a",)) is None
    kept.keep(("b",), Kept("1", [], b"x" * 10))
    assert kept.get(("b",)) is not None

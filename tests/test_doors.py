"""Every address that asks for no account, and what holds for every address there is.

The doors stand in `tests/grants/doors.py`; whoever opens another, or changes the level of one, writes it there.
"""

import re

import pytest
from werkzeug.test import TestResponse

from campaigns.app import create_app
from campaigns.kit import web
from campaigns.kit.errors import Busy
from tests.cast.world import METRICS_TOKEN, Stage
from tests.conftest import settings_for
from tests.grants.doors import ALL, GETS, HIDDEN, POSTS, SPENT, Door

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
PRODUCTION = {
    "vouch_env": "production", "secret_key": "x" * 40, "public_url": "https://vouch.example",
    "trusted_hosts": "vouch.example", "mail_url": "smtps://u:p@mail.example:465", "mail_from": "v@vouch.example",
    "queue_url": "sqlite:",
}  # fmt: skip


@pytest.fixture
def backend() -> str:
    return "sqlite"


def knock(stage: Stage, door: Door, method: str | None = None, *, token: bool = True) -> TestResponse:
    client = stage.student() if door.student else stage.browser(None)
    return stage.ask(client, method or door.method, stage.fill(door.path), token=token)


def sees_an_error_page(response: TestResponse, status: int) -> None:
    """A page that says what to do and has a number to quote, and nothing of how the house is built."""
    assert response.status_code == status
    assert re.search(r"quote <bdi><code>[\w-]{10}</code>", response.text), f"no number on the page of {status}"
    assert not re.search(r"Traceback|File &#34;|File \"|\.py\b|sqlalchemy|werkzeug|SELECT ", response.text)


class TestTheTable:
    def test_it_has_every_door_and_its_level(self, stage):
        written = {(stage.endpoint(door.method, stage.fill(door.path)), door.method): door.level for door in ALL}
        levels = {name: web.access_of(stage.app, name) for name in stage.app.view_functions}
        there = {
            (rule.endpoint, method): level.name
            for rule in stage.app.url_map.iter_rules()
            for method in (rule.methods or set()) & METHODS
            if (level := levels[rule.endpoint]) is not web.Access.SIGNED_IN
        }
        assert written == there

    def test_an_app_with_a_view_that_declares_nothing_does_not_start(self, stage, monkeypatch):
        monkeypatch.setitem(stage.app.view_functions, "site.silent", lambda: "")
        with pytest.raises(RuntimeError, match=r"site\.silent"):
            web.refuse_undeclared(stage.app)

    @pytest.mark.parametrize("door", GETS, ids=lambda door: door.name)
    def test_it_opens_as_the_table_says_and_writes_nothing(self, stage, door):
        assert knock(stage, door).status_code == door.status
        assert not stage.changed()

    @pytest.mark.parametrize("path", [*HIDDEN.split()])
    def test_nothing_is_behind_these(self, stage, path):
        sees_an_error_page(stage.ask(stage.browser(None), "GET", stage.fill(path)), 404)

    @pytest.mark.parametrize("path", SPENT.split())
    def test_a_link_for_something_else_is_no_link_here(self, stage, path):
        response = stage.ask(stage.browser(None), "GET", stage.fill(path))
        assert response.status_code in {404, 410, 422}
        assert not stage.changed()


class TestPublicPages:
    @pytest.mark.parametrize("door", [door for door in GETS if door.level == "PUBLIC"], ids=lambda door: door.name)
    def test_they_carry_no_session_and_are_the_same_for_everybody(self, stage, door):
        path = stage.fill(door.path)
        for_nobody = stage.app.test_client().get(path, buffered=True)
        for_sara = stage.browser(stage.world.people["sara"]).get(path, buffered=True)
        for response in (for_nobody, for_sara):
            assert "Set-Cookie" not in response.headers
            assert "cookie" not in response.headers.get("Vary", "").lower()
            assert "csrf" not in response.text.lower() if response.is_json or "html" in response.mimetype else True
        assert for_nobody.status_code == for_sara.status_code == door.status
        assert for_nobody.data == for_sara.data

    @pytest.mark.parametrize("path", ["/c/no-such-campaign", "/asks/NOSUCH00", "/f/NOSUCH", "/communities/nowhere"])
    def test_nor_does_the_page_that_says_there_is_none(self, stage, path):
        response = stage.browser(stage.world.people["sara"]).get(path)
        assert response.status_code == 404
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("path", ["/c/{live}", "/", "/campaigns", "/asks/{signable}", "/f/{cover}"])
    def test_who_has_it_is_not_sent_it_again(self, stage, path):
        client = stage.app.test_client()
        first = client.get(stage.fill(path))
        again = client.get(stage.fill(path), headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert "public" in first.headers["Cache-Control"]


class TestForms:
    @pytest.mark.parametrize("door", [door for door in POSTS if door.level != "MACHINE"], ids=lambda door: door.name)
    def test_none_is_taken_without_its_token_or_from_another_site(self, stage, door):
        sees_an_error_page(knock(stage, door, token=False), 400)
        client = stage.student() if door.student else stage.browser(None)
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
        sees_an_error_page(stage.ask(client, "POST", stage.fill(door.path)), 403)
        assert not stage.changed()

    def test_a_token_of_another_browser_is_none(self, stage):
        stranger = stage.app.test_client()
        sees_an_error_page(stage.ask(stranger, "POST", "/sign-in", {"email": "rita@example.org"}), 400)

    @pytest.mark.parametrize("door", [door for door in POSTS if door.level == "MACHINE"], ids=lambda door: door.name)
    def test_machines_need_no_session_and_get_none(self, stage, door):
        response = stage.app.test_client().post(stage.fill(door.path))
        assert response.status_code == door.status
        assert "Set-Cookie" not in response.headers

    def test_the_figures_are_for_whoever_holds_the_token(self, stage):
        client = stage.app.test_client()
        assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
        assert client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}).status_code == 200


class TestInProduction:
    @pytest.fixture
    def production(self, tmp_path):
        return create_app(settings_for(tmp_path, **PRODUCTION)).test_client()

    @pytest.mark.parametrize("door", [d for d in ALL if d.level == "DEVELOPMENT"], ids=lambda door: door.name)
    def test_what_is_for_development_is_not_there(self, production, door):
        sees_an_error_page(production.open(door.path, method=door.method, base_url="https://vouch.example"), 404)

    def test_other_hosts_are_not_answered(self, production):
        assert production.get("/help", base_url="https://vouch.example").status_code == 200
        assert production.get("/help", base_url="https://evil.example").status_code == 400


class TestMethods:
    def test_an_address_takes_the_methods_it_is_for_and_no_others(self, stage):
        wrong = []
        client = stage.browser(None)
        for rule in stage.app.url_map.iter_rules():
            path = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
            path = re.sub(r"<[^>]+>", "1", path)
            others = METHODS - {
                method
                for each in stage.app.url_map.iter_rules()
                if each.endpoint == rule.endpoint or _same_place(each.rule, path)
                for method in each.methods or set()
            }
            for method in sorted(others):
                response = client.open(path, method=method)
                if response.status_code != 405 or not response.headers.get("Allow"):
                    wrong.append(f"{method} {rule.rule}: {response.status_code}")
        assert not wrong, "\n".join(wrong)
        assert not stage.changed()

    @pytest.mark.parametrize("door", GETS, ids=lambda door: door.name)
    def test_asking_for_the_head_alone_gives_the_same_without_a_body(self, stage, door):
        response = knock(stage, door, "HEAD")
        assert (response.status_code, response.data) == (door.status, b"")
        assert not stage.changed()


def _same_place(rule: str, path: str) -> bool:
    pattern = re.sub(r"<(path:)?[^>]+>", lambda found: ".+" if found.group(1) else "[^/]+", rule)
    return re.fullmatch(pattern, path) is not None


class TestErrorPages:
    def test_a_fault_is_told_by_a_number_alone(self, stage, monkeypatch):
        def fail() -> str:
            raise RuntimeError("Canary fault in SELECT * FROM application_identity")

        monkeypatch.setitem(stage.app.view_functions, "site.help", web.public(fail))
        response = stage.browser(None).get("/help")
        sees_an_error_page(response, 500)
        assert "Canary" not in response.text

    def test_a_busy_store_is_told_with_when_to_come_back(self, stage, monkeypatch):
        def fail() -> str:
            raise Busy("Canary host of a store")

        monkeypatch.setitem(stage.app.view_functions, "site.help", web.public(fail))
        response = stage.browser(None).get("/help")
        sees_an_error_page(response, 503)
        assert response.headers["Retry-After"] == "5"
        assert "Canary" not in response.text

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
    def test_a_method_that_is_not_for_an_address(self, stage, method):
        sees_an_error_page(stage.browser(None).open("/help", method=method), 405)

    def test_more_than_is_taken(self, stage):
        response = stage.browser(None).post("/sign-in", data={"email": "x" * 12_000_000})
        sees_an_error_page(response, 413)

    def test_who_may_know_of_it_and_may_not(self, stage):
        path = stage.fill("/a/{slug}/money")
        sees_an_error_page(stage.browser(stage.world.people["marta"]).get(path), 403)
        sees_an_error_page(stage.browser(stage.world.people["otto"]).get(path), 404)

    def test_what_a_rule_refuses_beside_any_form(self, stage):
        path = stage.fill("/a/{slug}/campaigns/{live}/submit")
        sees_an_error_page(stage.ask(stage.browser(stage.world.people["sara"]), "POST", path), 422)
        assert not stage.changed()

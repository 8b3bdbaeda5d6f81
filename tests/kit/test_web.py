"""The edge: who may knock, what every answer carries, one transaction a request, and honest error pages."""

import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
import sqlalchemy as sa
from flask import Flask, Response, abort, g, render_template_string, request, session
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from campaigns.account.models import Organisation
from campaigns.account.states import OrganisationKind
from campaigns.app import create_app
from campaigns.kit import db, web
from campaigns.kit.db import engine
from campaigns.kit.errors import Busy, NotAllowed, Refused
from campaigns.kit.web import VouchApp
from tests.cast.browser import hidden_fields
from tests.conftest import settings_for

FORM = '<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}"></form>'


def an_organisation(name: str = "Written") -> Organisation:
    return Organisation(kind=OrganisationKind.SCHOOL, slug=name.lower(), name=name)


def written(app: Flask) -> int:
    """How many organisations there are, seen by a session of its own."""
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count(Organisation.id)))


def raising(fault: Exception) -> Callable[[], str]:
    def view() -> str:
        db.session.add(an_organisation())
        db.session.flush()
        raise fault

    return view


@pytest.fixture
def stage(app: VouchApp) -> VouchApp:
    """The app with views of its own to knock at."""

    @app.get("/t/public")
    @web.public
    def public_page() -> str:
        return "<p>the same for everyone</p>"

    @app.route("/t/guest", methods=["GET", "POST"])
    @web.guest
    def guest_page() -> str:
        return render_template_string(FORM)

    @app.get("/t/signed-in")
    @web.signed_in
    def signed_in_page() -> str:
        return "only for people"

    @app.get("/t/development")
    @web.development
    def development_page() -> str:
        return "only here"

    @app.post("/t/write/<int:status>")
    @web.machine
    def write(status: int) -> Response:
        db.session.add(an_organisation())
        return Response("done", status)

    @app.post("/t/form")
    @web.machine
    def form() -> str:
        return str(len(request.form))

    for name, fault in FAULTS.items():
        app.add_url_rule(f"/t/{name}", name, web.machine(raising(fault)), methods=["POST"])
    return app


FAULTS: dict[str, Exception] = {
    "refused": Refused("Choose another day."),
    "forbidden": NotAllowed("Your role does not include this."),
    "busy": Busy(),
    "fault": RuntimeError("a secret in a trace"),
}


@pytest.fixture
def browser(stage: VouchApp) -> FlaskClient:
    return stage.test_client()


class TestDeclaredAccess:
    def test_an_app_with_a_silent_view_does_not_start(self, app):
        app.add_url_rule("/t/silent", "silent", lambda: "anyone?")
        with pytest.raises(RuntimeError, match="silent"):
            web.refuse_undeclared(app)

    def test_every_view_of_the_app_says_who_may_knock(self, app):
        silent = [name for name in app.view_functions if web.access_of(app, name) is None]
        assert silent == []
        assert len(app.view_functions) > 10

    def test_whoever_is_nobody_is_sent_to_sign_in_and_back(self, browser):
        answer = browser.get("/t/signed-in")
        assert answer.status_code in {302, 303}
        assert answer.location.startswith("/sign-in?next=")
        assert "signed-in" in answer.location

    def test_someone_signed_in_gets_in(self, stage, sign_in, rita):
        assert sign_in(rita).get("/t/signed-in").text == "only for people"

    def test_development_pages_are_there_on_a_developers_machine(self, browser):
        assert browser.get("/t/development").status_code == 200

    def test_development_pages_are_not_there_in_production(self, stage, browser):
        stage.config["DEVELOPMENT"] = False
        answer = browser.get("/t/development")
        assert answer.status_code == 404
        assert "only here" not in answer.text


class TestHeaders:
    def test_every_answer_forbids_what_it_does_not_need(self, browser):
        for path in ("/t/public", "/t/guest", "/nowhere"):
            headers = browser.get(path).headers
            policy = headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'")
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"

    def test_scripts_run_on_signed_in_pages_only(self, stage, browser, sign_in, rita):
        assert "script-src" not in browser.get("/t/public").headers["Content-Security-Policy"]
        assert "script-src" not in browser.get("/t/guest").headers["Content-Security-Policy"]
        assert "script-src 'self'" in sign_in(rita).get("/t/signed-in").headers["Content-Security-Policy"]

    def test_a_page_may_let_its_form_lead_to_a_provider(self, app):
        @app.get("/t/pay")
        @web.guest
        def pay() -> str:
            web.allow_form_target("https://checkout.stripe.com")
            return "pay"

        policy = app.test_client().get("/t/pay").headers["Content-Security-Policy"]
        assert "form-action 'self' https://checkout.stripe.com;" in policy

    def test_https_is_insisted_on_where_the_site_has_it(self, stage, browser):
        assert "Strict-Transport-Security" not in browser.get("/t/public").headers
        stage.config["PUBLIC_URL"] = "https://vouch.example"
        assert "max-age=31536000" in browser.get("/t/public").headers["Strict-Transport-Security"]


class TestCaching:
    def test_public_pages_carry_no_cookie_and_may_be_shared(self, browser):
        answer = browser.get("/t/public")
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "s-maxage=30" in answer.headers["Cache-Control"]
        assert answer.headers["Cache-Control"].startswith("public")

    def test_a_public_page_that_has_not_changed_is_not_sent_again(self, browser):
        first = browser.get("/t/public")
        again = browser.get("/t/public", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")

    def test_a_public_page_stays_the_same_for_someone_signed_in(self, stage, browser, sign_in, rita):
        answer = sign_in(rita).get("/t/public")
        assert answer.headers["ETag"] == browser.get("/t/public").headers["ETag"]
        assert "Set-Cookie" not in answer.headers

    def test_nobody_else_keeps_a_page_of_a_person(self, stage, browser, sign_in, rita):
        assert browser.get("/t/guest").headers["Cache-Control"] == "private, no-cache"
        assert sign_in(rita).get("/t/signed-in").headers["Cache-Control"] == "no-store"
        assert browser.get("/nowhere").headers["Cache-Control"] == "no-store"

    def test_no_public_page_of_the_app_touches_a_session(self, app, client):
        for rule in app.url_map.iter_rules():
            if web.access_of(app, rule.endpoint) is web.Access.PUBLIC and not rule.arguments:
                answer = client.get(rule.rule)
                assert answer.status_code in {200, 302}, rule
                assert "Set-Cookie" not in answer.headers, rule
                assert "csrf_token" not in answer.text, rule


@pytest.mark.both_databases
class TestOneTransaction:
    def test_what_is_answered_well_is_committed(self, browser, stage):
        assert browser.post("/t/write/200").status_code == 200
        assert written(stage) == 1

    def test_a_redirect_is_committed_too(self, browser, stage):
        browser.post("/t/write/303")
        assert written(stage) == 1

    @pytest.mark.parametrize("status", [400, 404, 422, 500, 503])
    def test_what_is_answered_badly_leaves_nothing(self, browser, stage, status):
        assert browser.post(f"/t/write/{status}").status_code == status
        assert written(stage) == 0

    @pytest.mark.parametrize("name", list(FAULTS))
    def test_what_fails_leaves_nothing(self, browser, stage, name):
        assert browser.post(f"/t/{name}").status_code >= 400
        assert written(stage) == 0

    def test_a_commit_that_fails_is_answered_as_a_fault(self, browser, stage):
        browser.post("/t/write/200")
        assert browser.post("/t/write/200").status_code == 500  # the same slug again
        assert written(stage) == 1


class TestErrorPages:
    @pytest.mark.parametrize(
        ("name", "status", "words"),
        [
            ("refused", 422, "Choose another day."),
            ("forbidden", 403, "Your role does not include this."),
            ("busy", 503, "Please try again in a few seconds."),
            ("fault", 500, "Something went wrong on our side"),
        ],
    )
    def test_each_speaks_to_people(self, browser, name, status, words):
        answer = browser.post(f"/t/{name}")
        assert answer.status_code == status
        assert words in answer.text
        assert "Set-Cookie" not in answer.headers

    def test_a_fault_shows_a_number_that_the_log_has_and_nothing_of_the_trace(self, browser):
        with capture_logs() as logs:
            page = browser.post("/t/fault").text
        number = page.split("<code>")[1].split("</code>")[0]
        assert len(number) == 10
        assert [entry["error_id"] for entry in logs if entry["event"] == "fault"] == [number]
        assert "a secret in a trace" not in page

    def test_an_unknown_address(self, browser):
        answer = browser.get("/nowhere")
        assert answer.status_code == 404
        assert "There is nothing here" in answer.text

    def test_a_post_to_an_unknown_address_is_no_matter_of_tokens(self, browser):
        assert browser.post("/nowhere").status_code == 404

    def test_a_method_that_the_page_does_not_take(self, browser):
        answer = browser.post("/t/public")
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]

    def test_a_body_that_is_too_large(self, browser):
        answer = browser.post(
            "/t/form", data=b"x=" + b"a" * (12 * 2**20), content_type="multipart/form-data; boundary=b"
        )
        assert answer.status_code == 413
        assert "too large" in answer.text

    def test_a_text_that_is_too_large_for_a_form(self, browser):
        part = b'--b\r\nContent-Disposition: form-data; name="story"\r\n\r\n' + b"a" * 600_000 + b"\r\n--b--\r\n"
        answer = browser.post("/t/form", data=part, content_type="multipart/form-data; boundary=b")
        assert answer.status_code == 413

    def test_a_host_that_this_does_not_answer_for(self, tmp_path):
        app = create_app(settings_for(tmp_path, trusted_hosts="vouch.example"))
        answer = app.test_client().get("/healthz", headers={"Host": "evil.example"})
        assert answer.status_code == 400
        assert app.test_client().get("/healthz", headers={"Host": "vouch.example"}).status_code == 200

    def test_a_view_may_abort_with_words_of_its_own(self, app):
        @app.get("/t/gone")
        @web.machine
        def gone() -> str:
            abort(409, "Somebody else was faster.")

        assert "Somebody else was faster." in app.test_client().get("/t/gone").text


class TestForgery:
    def test_a_form_without_its_token_changes_nothing(self, browser):
        browser.get("/t/guest")
        answer = browser.post("/t/guest", data={"anything": "1"})
        assert answer.status_code == 400
        assert "reload the page" in answer.text

    def test_a_form_with_its_token_goes_through(self, browser):
        token = hidden_fields(browser.get("/t/guest").text)
        assert browser.post("/t/guest", data=token).status_code == 200

    def test_a_token_of_another_browser_is_worth_nothing(self, stage, browser):
        token = hidden_fields(stage.test_client().get("/t/guest").text)
        browser.get("/t/guest")
        assert browser.post("/t/guest", data=token).status_code == 400

    @pytest.mark.parametrize(
        ("site", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403)]
    )
    def test_a_form_sent_from_elsewhere_is_refused_whatever_it_holds(self, browser, site, status):
        token = hidden_fields(browser.get("/t/guest").text)
        assert browser.post("/t/guest", data=token, headers={"Sec-Fetch-Site": site}).status_code == status

    def test_machines_need_no_token(self, browser):
        assert browser.post("/t/write/200", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200

    def test_the_cookie_is_kept_from_scripts_and_other_sites(self, browser):
        cookie = browser.get("/t/guest").headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie

    def test_the_cookie_is_bound_to_the_host_where_there_is_https(self, tmp_path):
        app = create_app(settings_for(tmp_path, public_url="https://vouch.example"))
        app.add_url_rule("/t/s", "s", web.guest(lambda: str(session.setdefault("a", "b"))))
        cookie = app.test_client().get("/t/s", base_url="https://vouch.example").headers["Set-Cookie"]
        assert cookie.startswith("__Host-vouch=")
        assert "Secure" in cookie
        assert "Path=/" in cookie


class TestPassingFaults:
    @pytest.fixture
    def impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 50)

    @pytest.fixture
    def locked(self, impatient: None, stage: VouchApp, tmp_path: Path) -> Iterator[None]:
        """Somebody else holds the write lock of the database."""
        other = sqlite.connect(str(tmp_path / "vouch.sqlite"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()

    def test_a_locked_database_asks_to_come_again(self, locked, browser, stage):
        answer = browser.post("/t/write/200")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert "Nothing was changed" in answer.text

    def test_pages_are_read_while_somebody_writes(self, locked, app):
        @app.get("/t/read")
        @web.machine
        def read() -> str:
            return str(db.session.scalar(sa.select(sa.func.count(Organisation.id))))

        assert app.test_client().get("/t/read").text == "0"

    def test_once_the_lock_is_gone_the_same_request_goes_through(self, impatient, stage, browser, tmp_path):
        other = sqlite.connect(str(tmp_path / "vouch.sqlite"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert browser.post("/t/write/200").status_code == 503
        other.execute("ROLLBACK")
        other.close()
        assert browser.post("/t/write/200").status_code == 200
        assert written(stage) == 1

    def test_a_full_disk_keeps_what_there_is_and_asks_to_come_again(self, app):
        @app.post("/t/fill")
        @web.machine
        def fill() -> str:
            pages = db.session.scalar(sa.text("PRAGMA page_count"))
            db.session.execute(sa.text(f"PRAGMA max_page_count = {pages}"))
            for number in range(500):
                db.session.add(an_organisation(f"School {number} {'x' * 100}"))
            return "fits"

        answer = app.test_client().post("/t/fill")
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
        assert written(app) == 0

    def test_a_database_that_cannot_be_opened(self, tmp_path):
        app = create_app(settings_for(tmp_path, database_url=f"sqlite:///{tmp_path}/no/such/folder/vouch.sqlite"))
        app.add_url_rule("/t/read", "read", web.machine(lambda: str(db.session.scalar(sa.text("SELECT 1")))))
        answer = app.test_client().get("/t/read")
        assert answer.status_code == 503

    def test_a_refused_row_is_no_reason_to_come_again(self, browser, stage):
        browser.post("/t/write/200")
        answer = browser.post("/t/write/200")
        assert answer.status_code == 500
        assert "Retry-After" not in answer.headers


def test_logs_hold_no_form_data(browser):
    with capture_logs() as logs:
        browser.post("/t/fault", data={"password": "do not write this down"})
    traces = ["".join(traceback.format_exception(entry["exc_info"])) for entry in logs if "exc_info" in entry]
    assert traces
    assert "do not write this down" not in repr(logs) + "".join(traces)


def test_a_request_begins_with_nothing_of_the_one_before(app):
    app.add_url_rule("/t/g", "g", web.machine(lambda: str(g.setdefault("seen", len(vars(g))))))
    client = app.test_client()
    assert client.get("/t/g").text == client.get("/t/g").text

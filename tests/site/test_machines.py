"""What machines ask: health, readiness, figures, what to index, whom to tell of a weakness."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from campaigns.app import create_app
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock, db
from campaigns.kit.errors import Busy
from campaigns.notice.models import Notice
from campaigns.notice.states import NoticeState
from campaigns.site.queries import front
from campaigns.student.models import Consent
from tests.cast.queries import at_most
from tests.conftest import settings_for

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


class TestHealth:
    def test_a_process_that_answers_is_well_whatever_else_is_not(self, client):
        with at_most(0):
            answer = client.get("/healthz")
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert answer.headers["Cache-Control"] == "no-store"

    @pytest.mark.both_databases
    def test_it_is_ready_where_it_reaches_all_it_works_with(self, client):
        answer = client.get("/readyz")
        assert (answer.status_code, answer.text) == (200, "ready\n")

    def test_it_is_not_ready_without_tables(self, tmp_path):
        answer = create_app(settings_for(tmp_path)).test_client().get("/readyz")
        assert answer.status_code == 503
        assert answer.text.startswith("database: ")

    def test_it_is_not_ready_where_files_cannot_be_kept(self, app, client, monkeypatch):
        def busy(*_: object) -> None:
            raise Busy()

        monkeypatch.setattr(app.extensions["storage"], "put", busy)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.text) == (503, "storage: Busy\n")

    def test_it_is_not_ready_where_the_queue_is_gone(self, app, client, monkeypatch):
        def gone() -> None:
            raise ConnectionError("redis://user:secret@host")

        monkeypatch.setattr(app.extensions["queue"], "pending_count", gone)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.text) == (503, "queue: ConnectionError\n")

    def test_asking_leaves_nothing_behind(self, app, client, tmp_path):
        client.get("/readyz")
        assert [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()] == []


class TestMetrics:
    @pytest.fixture
    def watched(self, settings):
        app = create_app(settings.model_copy(update={"metrics_token": "let me see"}))
        with app.app_context():
            yield app.test_client()

    def scrape(self, client) -> str:
        answer = client.get("/metrics", headers={"Authorization": "Bearer let me see"})
        assert answer.status_code == 200
        return answer.text

    def test_there_is_nothing_where_no_token_is_set(self, client):
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    @pytest.mark.parametrize("given", ["", "Bearer", "Bearer let me", "Basic let me see", "Bearer let me see "])
    def test_there_is_nothing_for_whoever_has_another(self, watched, given):
        assert watched.get("/metrics", headers={"Authorization": given}).status_code == 404

    def test_requests_are_counted_by_what_was_asked_and_answered(self, watched):
        series = 'vouch_requests_total{endpoint="site.help",method="GET",status="200"}'
        before = self.value(series, self.scrape(watched))
        watched.get("/help")
        watched.get("/help")
        assert self.value(series, self.scrape(watched)) == before + 2

    def test_addresses_that_are_not_there_are_one_series(self, watched):
        watched.get("/no/such/place")
        scraped = self.scrape(watched)
        assert 'endpoint="none",method="GET",status="404"' in scraped
        assert "/no/such/place" not in scraped

    def test_an_invented_method_makes_no_series_of_its_own(self, watched):
        watched.open("/help", method="BREW")
        assert "BREW" not in self.scrape(watched)

    def test_how_long_it_took_is_measured(self, watched):
        watched.get("/help")
        assert self.value('vouch_request_seconds_count{endpoint="site.help"}', self.scrape(watched)) >= 1

    def test_what_waits_is_told(self, watched):
        assert self.value("vouch_notices_unsent", self.scrape(watched)) == 0
        for number, state in enumerate((NoticeState.QUEUED, NoticeState.SENDING, NoticeState.SENT, NoticeState.FAILED)):
            db.session.add(Notice(key=str(number), to="a@example.org", subject="s", text="t", html="h", state=state))
        db.session.commit()
        scraped = self.scrape(watched)
        assert self.value("vouch_notices_unsent", scraped) == 2
        assert self.value("vouch_notices_given_up", scraped) == 1
        assert self.value("vouch_events_unprocessed", scraped) == 0

    def value(self, series: str, scraped: str) -> float:
        found = [line for line in scraped.splitlines() if line.startswith(f"{series} ")]
        return float(found[0].rpartition(" ")[2]) if found else 0.0


class TestSitemap:
    def addresses(self, client) -> list[str]:
        answer = client.get("/sitemap.xml")
        assert answer.mimetype == "application/xml"
        return [found.text for found in ET.fromstring(answer.text).iter(LOC)]

    @pytest.mark.both_databases
    def test_it_lists_public_pages_and_public_campaigns(self, client, a_campaign):
        a_campaign(slug="for-all")
        a_campaign(CampaignState.CLOSED, slug="closed")
        a_campaign(CampaignState.DRAFT, slug="not-yet")
        found = self.addresses(client)
        assert "http://localhost/campaigns" in found
        assert {"http://localhost/c/for-all", "http://localhost/c/closed"} <= set(found)
        assert "http://localhost/c/not-yet" not in found

    def test_it_forgets_a_campaign_whose_consent_has_run_out(self, client, a_campaign):
        a_campaign(slug="for-all")
        with clock.at(db.session.scalar(sa.select(sa.func.max(Consent.expires_at)))):
            assert "http://localhost/c/for-all" not in self.addresses(client)

    def test_it_is_one_question_and_has_an_end(self, client):
        with at_most(1):
            self.addresses(client)
        assert front.IN_SITEMAP <= 50_000

    def test_every_address_in_it_answers(self, client, a_campaign):
        a_campaign(slug="for-all")
        for address in self.addresses(client):
            assert client.get(address.removeprefix("http://localhost")).status_code == 200


class TestRobots:
    def test_they_are_kept_out_of_what_is_not_for_all(self, client):
        rules = client.get("/robots.txt").text
        assert "Disallow: /a/\n" in rules
        assert "Disallow: /p/\n" in rules
        assert "Sitemap: http://localhost/sitemap.xml" in rules


class TestSecurityTxt:
    def test_it_has_what_its_standard_asks_for(self, client):
        with clock.at(datetime(2026, 3, 1, 12, tzinfo=UTC)):
            answer = client.get("/.well-known/security.txt")
        assert answer.content_type == "text/plain; charset=utf-8"
        fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
        assert fields["Contact"].startswith("mailto:")
        assert fields["Canonical"] == "http://localhost/.well-known/security.txt"
        assert fields["Expires"] == "2026-08-28T00:00:00Z"

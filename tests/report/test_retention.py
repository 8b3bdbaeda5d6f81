"""What has been kept long enough is forgotten at night, and the run says how much of what."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from campaigns.account import sessions
from campaigns.account.models import UserSession
from campaigns.kit import clock, db, storage
from campaigns.ledger.models import Movement
from campaigns.notice.models import Notice
from campaigns.report.models import RetentionRun
from campaigns.report.rules import retention
from campaigns.student import rules
from campaigns.student.models import Application, Document, PersonKey
from campaigns.student.states import DocumentKind, Source, Stage
from tests.report.conftest import PAPER

START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def is_erased(application: Application) -> bool:
    db.session.expire_all()
    return db.session.get_one(PersonKey, application.id).wrapped is None


def night(days: float, hour: int = 3) -> None:
    """The nightly run so many days after the start."""
    db.session.commit()
    with clock.at((START + timedelta(days=days)).replace(hour=hour)):
        retention.nightly()


@pytest.fixture
def draft(an_application):
    with clock.at(START):
        return an_application(Stage.DRAFT)


@pytest.fixture
def declined(an_application):
    with clock.at(START):
        application = an_application(Stage.DECLINED)
        application.decided_at = START
        db.session.commit()
        return application


class TestDrafts:
    def test_it_goes_after_sixty_days_without_a_change(self, draft):
        night(60)
        assert not is_erased(draft)
        night(61)
        assert is_erased(draft)

    def test_a_change_begins_the_days_anew(self, draft):
        with clock.at(START + timedelta(days=30)):
            rules.save(draft, story="I went on with it.")
        night(61)
        assert not is_erased(draft)
        night(91)
        assert is_erased(draft)

    def test_the_student_is_told_two_weeks_before_and_once(self, draft):
        night(46)
        assert db.session.query(Notice).count() == 0
        night(47)
        night(50)

        letter = db.session.query(Notice).one()
        assert letter.to == "canary.contact@example.org"
        assert "erased on" in letter.text
        assert "Canary Legalname" not in letter.text + letter.html

    def test_every_draft_s_student_is_told_in_batches(self, an_application, monkeypatch):
        monkeypatch.setattr(retention, "BATCH", 2)
        with clock.at(START):
            for _ in range(5):
                an_application(Stage.DRAFT)
        night(50)
        assert db.session.query(Notice).count() == 5

    def test_what_was_sent_is_no_draft(self, an_application):
        with clock.at(START):
            application = an_application(Stage.SUBMITTED)
        night(400)
        assert not is_erased(application)


class TestDecided:
    def test_declined_goes_after_ninety_days(self, declined):
        night(90)
        assert not is_erased(declined)
        night(91)
        assert is_erased(declined)

    def test_papers_go_half_a_year_after_the_decision_and_the_student_stays(self, an_application):
        with clock.at(START):
            application = an_application(Stage.SUPPORTED)
            application.decided_at = START
            paper = rules.attach(application, PAPER, DocumentKind.FEE_NOTE, Source.STUDENT)
            key = paper.file.key
        night(180)
        assert db.session.query(Document).count() == 1
        night(181)

        assert db.session.query(Document).count() == 0
        assert not is_erased(application)
        with pytest.raises(FileNotFoundError):
            storage.current().get(key)

    def test_the_ledger_is_never_touched(self, declined):
        before = db.session.query(Movement).count()
        night(4000)
        assert db.session.query(Movement).count() == before


def test_sessions_go_thirty_days_after_their_end(rita):
    with clock.at(START):
        sessions.start(rita)
    night(44)
    assert db.session.query(UserSession).count() == 1
    night(45)
    assert db.session.query(UserSession).count() == 0


class TestTheRun:
    def test_it_says_how_much_of_what_and_what_is_the_oldest_kept(self, draft, declined, an_application):
        with clock.at(START + timedelta(days=50)):
            an_application(Stage.DRAFT)
        night(95)

        run = db.session.query(RetentionRun).one()
        assert run.counts == {"drafts": 1, "declined": 1, "documents": 0, "sessions": 0}
        assert run.oldest == {"drafts": (START + timedelta(days=50)).isoformat()}
        assert run.finished_at is not None

    def test_there_is_one_a_day_and_none_before_two_o_clock(self, draft):
        night(61, hour=1)
        assert db.session.query(RetentionRun).count() == 0
        night(61, hour=2)
        night(61, hour=9)
        assert db.session.query(RetentionRun).count() == 1

    def test_one_that_was_stopped_is_gone_on_with_and_counts_on(self, an_application, monkeypatch):
        with clock.at(START):
            drafts = [an_application(Stage.DRAFT) for _ in range(3)]
        forget, done = retention.erase.forget, []

        def stopping(application, *, by):
            if len(done) == 2:
                raise KeyboardInterrupt
            done.append(application)
            return forget(application, by=by)

        with monkeypatch.context() as patch:
            patch.setattr(retention.erase, "forget", stopping)
            with pytest.raises(KeyboardInterrupt):
                night(61)
        assert sum(map(is_erased, drafts)) == 2
        night(61, hour=4)

        assert all(map(is_erased, drafts))
        assert db.session.query(RetentionRun).one().counts["drafts"] == 3

    @pytest.mark.both_databases
    def test_the_database_keeps_one_a_day(self, app):
        night(0)
        again = sa.insert(RetentionRun).values(on=START.replace(hour=0), started_at=START, counts={}, oldest={})
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(again)

    def test_batches_lose_nobody(self, an_application, monkeypatch):
        monkeypatch.setattr(retention, "BATCH", 2)
        with clock.at(START):
            drafts = [an_application(Stage.DRAFT) for _ in range(5)]
        night(61)
        assert all(map(is_erased, drafts))


class TestByHand:
    def test_a_dry_run_forgets_nothing_and_says_what_it_would(self, app, draft):
        with clock.at(START + timedelta(days=61)):
            said = app.test_cli_runner().invoke(args=["retention", "--dry-run"]).output
        assert "1 to forget: drafts that nobody went on with" in said
        assert not is_erased(draft)

    def test_a_real_one_does_also_where_the_night_s_is_over(self, app, draft):
        night(60, hour=2)
        with clock.at((START + timedelta(days=60)).replace(hour=23)):
            said = app.test_cli_runner().invoke(args=["retention"]).output
        assert "1 forgotten: drafts that nobody went on with" in said
        assert is_erased(draft)


class TestThePage:
    def test_an_administrator_reads_what_each_night_did(self, sign_in, ada, draft):
        night(61)
        page = sign_in(ada).get("/admin/retention").text
        assert "Drafts that nobody went on with: 1" in page

    def test_nobody_else_does(self, sign_in, safiya):
        assert sign_in(safiya).get("/admin/retention").status_code == 403

    def test_the_figures_for_machines_have_it(self, app, draft):
        from campaigns.site import metrics

        night(61)
        assert b'vouch_retention_forgotten{kind="drafts"} 1.0' in metrics.exposition()

"""Background work: nudged after the commit, swept up where a nudge got lost, done by a real consumer."""

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from huey import MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey
from structlog.testing import capture_logs

from campaigns.app import create_app
from campaigns.kit import db, queue
from tests.conftest import settings_for

done: list[str] = []
finished = threading.Event()


def work() -> None:
    done.append("work")
    finished.set()


def failing() -> None:
    done.append("failing")
    raise ValueError("this sweep is broken")


@pytest.fixture(autouse=True)
def sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the sweeps of these tests."""
    monkeypatch.setattr(queue, "_sweeps", {})
    done.clear()
    finished.clear()
    queue.sweep(failing)
    queue.sweep(work)


def waiting(app) -> int:
    return app.extensions["queue"].pending_count()


class TestNudge:
    def test_a_job_is_sent_after_the_commit(self, app):
        db.session.execute(sa.text("SELECT 1"))
        queue.nudge(work)
        assert waiting(app) == 0
        db.session.commit()
        assert waiting(app) == 1

    def test_no_job_is_sent_for_what_was_rolled_back(self, app):
        db.session.execute(sa.text("SELECT 1"))
        queue.nudge(work)
        db.session.rollback()
        db.session.commit()
        assert waiting(app) == 0

    def test_many_causes_in_one_transaction_are_one_job(self, app):
        db.session.execute(sa.text("SELECT 1"))
        for _ in range(5):
            queue.nudge(work)
        db.session.commit()
        assert waiting(app) == 1

    def test_a_queue_that_is_down_loses_the_nudge_and_nothing_else(self, app, monkeypatch):
        def broken(*_: object) -> None:
            raise ConnectionError("nobody listens")

        monkeypatch.setattr(app.extensions["queue"].storage, "enqueue", broken)
        db.session.execute(sa.text("SELECT 1"))
        queue.nudge(work)
        with capture_logs() as logs:
            db.session.commit()
        assert [entry["event"] for entry in logs] == ["queue.nudge_lost"]
        queue.run_all()
        assert "work" in done


class TestSweeps:
    def test_all_are_run_and_a_broken_one_keeps_no_other_from_it(self, app):
        with capture_logs() as logs:
            queue.run_all()
        assert done == ["failing", "work"]
        assert [(entry["event"], entry["sweep"]) for entry in logs] == [("queue.sweep_failed", f"{__name__}.failing")]

    def test_what_a_broken_one_began_is_rolled_back(self, app):
        def half() -> None:
            db.session.execute(sa.text("INSERT INTO ledger_account (code, currency, balance) VALUES ('x', 'EUR', 0)"))
            raise ValueError

        queue.sweep(half)
        queue.run_all()
        assert db.session.scalar(sa.text("SELECT count(*) FROM ledger_account")) == 0


class TestConsumer:
    def test_a_job_in_the_file_is_done_by_another_thread_in_a_context_of_its_own(self, tmp_path: Path):
        app = create_app(settings_for(tmp_path, queue_url="sqlite:"))
        with app.app_context():
            db.session.execute(sa.text("SELECT 1"))
            queue.nudge(work)
            db.session.commit()
        huey = app.extensions["queue"]
        assert isinstance(huey, SqliteHuey)
        assert huey.pending_count() == 1
        self._consume(app, huey)
        assert done == ["work"]
        assert huey.pending_count() == 0
        huey.storage.close()

    def test_every_minute_all_sweeps_are_due(self, app):
        periodic = app.extensions["queue"]._registry.periodic_tasks
        assert [task.name for task in periodic][-1] == "every_minute"
        periodic[-1].execute()
        assert done == ["failing", "work"]

    def _consume(self, app, huey: SqliteHuey) -> None:
        worker = huey.create_consumer(workers=1, periodic=False)._create_worker()
        threading.Thread(target=worker.loop).run()
        assert finished.wait(5)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("memory:", MemoryHuey),
        ("sqlite:", SqliteHuey),
        ("redis://localhost:1/0", RedisHuey),
        ("rediss://localhost:1/0", RedisHuey),
    ],
)
def test_the_address_says_which_queue(tmp_path, url, kind):
    assert isinstance(queue._open(url, tmp_path), kind)


def test_postgresql_can_hold_the_queue(monkeypatch, tmp_path):
    monkeypatch.setattr(queue, "PostgresHuey", lambda name, **given: (PostgresHuey, name, given))
    assert queue._open("postgresql://localhost/vouch", tmp_path)[0] is PostgresHuey

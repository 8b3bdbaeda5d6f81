"""The worker does what waits, goes on, and stops cleanly."""

import mailbox
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.kit import db
from campaigns.kit.queue import nudge
from campaigns.kit.web import VouchApp
from campaigns.notice import rules as notice
from campaigns.notice.models import Notice
from tests.cli.programs import Program
from tests.conftest import settings_for


@pytest.fixture
def settings(settings, tmp_path):
    """The queue in a file, as on one machine."""
    return settings_for(tmp_path, queue_url="sqlite:")


@pytest.fixture
def worker(app: VouchApp, tmp_path: Path) -> Iterator[Program]:
    db.session.add(Notice(key="waiting", to="petra@example.org", subject="Waiting", text="t", html="<p>t</p>"))
    db.session.commit()
    program = Program(
        *("-m", "flask", "--app", "wsgi", "worker"), VOUCH_ENV="development", INSTANCE_PATH=tmp_path, MAIL_URL="inbox:"
    )
    yield program
    program.close()
    app.extensions["queue"].storage.close()


def subjects(folder: Path) -> set[str]:
    return {letter["Subject"] for letter in mailbox.Maildir(folder / "inbox")}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_does_what_waits_and_stops_when_it_is_told_to(worker, tmp_path, number):
    worker.wait_for("The worker is at work")
    assert subjects(tmp_path) == {"Waiting"}
    assert worker.stop(number) == 0
    assert any("The worker has stopped" in line for line in worker.said)


def test_it_does_what_it_is_nudged_to_and_finishes_it_before_it_stops(app, worker, tmp_path):
    worker.wait_for("The worker is at work")
    db.session.add(Notice(key="later", to="petra@example.org", subject="Later", text="t", html="<p>t</p>"))
    nudge(notice.deliver)
    db.session.commit()
    _wait_until_taken(app, worker)
    assert worker.stop() == 0
    assert subjects(tmp_path) == {"Waiting", "Later"}


def _wait_until_taken(app: VouchApp, worker: Program) -> None:
    """Until the worker has taken the job; a graceful stop then waits for its end."""
    storage = app.extensions["queue"].storage
    while storage.queue_size():
        assert worker.process.poll() is None

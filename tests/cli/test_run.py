"""`make run`: web and worker start together, keep what there is, and stop together."""

import os
import shutil
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from campaigns.app import create_app
from campaigns.cli import health
from campaigns.cli import run as program
from campaigns.kit import db
from tests.cli.programs import Program, alive, children_of, free_port
from tests.conftest import settings_for


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database in which there is one person already, so that no sample data are made."""
    folder = tmp_path_factory.mktemp("made")
    app = create_app(settings_for(folder))
    with app.app_context():
        runner = app.test_cli_runner()
        assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
        assert runner.invoke(args=["create-admin", "ada@example.org"]).exit_code == 0
        db.session.remove()
        db.sql.engine.dispose()
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """The same, of its own."""
    return Path(shutil.copytree(made, tmp_path / "place"))


@pytest.fixture
def start() -> Iterator[Callable[..., Program]]:
    started: list[Program] = []

    def make(folder: Path, port: object, **env: object) -> Program:
        started.append(Program("-m", "campaigns.cli.run", PORT=port, INSTANCE_PATH=folder, **env))
        return started[-1]

    yield make
    for each in started:
        each.close()


def two_free_ports() -> int:
    """A port where nobody listens, nor at the next one."""
    return next(port for _ in range(50) if program.is_free((port := free_port()) + 1))


def answer(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def people(folder: Path) -> list[str]:
    connection = sqlite.connect(str(folder / "vouch.sqlite"))
    found = [email for (email,) in connection.execute("SELECT email FROM account_user")]
    connection.close()
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_both_start_and_nothing_is_left_when_it_is_stopped(start, place, number):
    port = free_port()
    running = start(place, port)
    assert f"http://127.0.0.1:{port}" in running.wait_for("Vouch is at")
    running.wait_for("The worker is at work")
    assert answer(port, "/readyz") == (200, "ready\n")
    assert answer(port, "/dev/inbox")[0] == 200
    children = children_of(running.process.pid)
    assert len(children) >= 4  # gunicorn, two that serve, the worker
    assert running.stop(number) == 0
    assert alive(children) == set()


def test_a_second_start_keeps_what_is_there(start, place):
    port = free_port()
    for number in (signal.SIGHUP, signal.SIGTERM):
        running = start(place, port)
        running.wait_for("Vouch is at")
        assert running.stop(number) == 0
    assert people(place) == ["ada@example.org"]


def test_when_the_worker_ends_all_of_it_stops(start, place):
    running = start(place, free_port())
    said = running.wait_for("The worker is at work")
    children = children_of(running.process.pid)
    worker = int(said.split("process ")[1].split(")")[0])
    assert worker in children
    os.kill(worker, signal.SIGKILL)
    running.wait_for("all of it stops")
    assert running.process.wait(60) == 1
    assert alive(children) == set()


def test_a_port_that_is_taken_is_said_to_be(start, place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = start(place, port)
        assert f"PORT={port + 1} make run" in running.wait_for("is taken")
        assert running.process.wait(60) == 1


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_what_is_no_port_is_said_to_be_none(start, place, port):
    running = start(place, port)
    running.wait_for(f"PORT is no port: {port}")
    assert running.process.wait(60) == 1


def test_what_keeps_it_from_starting_is_shown(start, tmp_path):
    (tmp_path / "vouch.sqlite").write_bytes(b"this is no database" * 100)
    running = start(tmp_path, free_port())
    running.wait_for("did not start")
    assert "file is not a database" in "".join(running.said)
    assert running.process.wait(60) == 1


def test_with_a_stand_in_for_stripe_cards_can_be_tried(start, place):
    port = two_free_ports()
    running = start(place, port, STRIPE="fake")
    assert f"http://127.0.0.1:{port + 1}" in running.wait_for("stand-in for Stripe")
    running.wait_for("The worker is at work")
    assert "Checkout sessions" in answer(port + 1, "/")[1]
    assert answer(port, "/webhooks/stripe")[0] == 405  # cards are taken
    assert running.stop() == 0


def test_what_is_given_wins_over_what_a_developer_gets(monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "http://vouch.test")
    monkeypatch.delenv("VOUCH_ENV", raising=False)
    env = program.environment(8000, "/tmp/metrics")
    assert env["PUBLIC_URL"] == "http://vouch.test"
    assert env["VOUCH_ENV"] == "development"


class TestHealthOfAContainer:
    def test_nobody_there_is_not_well(self, monkeypatch, capsys):
        monkeypatch.setattr(health, "URL", f"http://127.0.0.1:{free_port()}/healthz")
        assert health.main() == 1
        assert "refused" in capsys.readouterr().err

    def test_it_asks_under_a_name_that_is_answered(self, monkeypatch):
        asked: list[str] = []

        def urlopen(request: urllib.request.Request, timeout: int) -> socket.socket:
            asked.append(request.get_header("Host"))
            return socket.socket()

        monkeypatch.setenv("TRUSTED_HOSTS", ".vouch.example, other.example")
        monkeypatch.setattr(health.urllib.request, "urlopen", urlopen)
        assert health.main() == 0
        assert asked == ["vouch.example"]

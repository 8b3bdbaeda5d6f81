"""Kill workers under load: `python -m bench.kill_workers [--rounds 20]`.

Each round, several people pledge while a worker of gunicorn is killed with SIGKILL. Afterwards every
pledge that was acknowledged (303) must be stored, each form's key at most once, and the books in order.
Exits 1 where that is not so.
"""

import argparse
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import sqlalchemy as sa

from bench import data
from bench.forms import Pledger
from bench.load import request
from bench.serve import gunicorn
from campaigns.app import create_app
from campaigns.config import Settings
from campaigns.kit import db
from campaigns.ledger import rules as ledger
from campaigns.pledge.models import Pledge

SECONDS = 1.5
PEOPLE = 4


def settings(folder: Path) -> Settings:
    """A database of its own, without limits on how often one may try."""
    return Settings(vouch_env="test", instance_path=folder, mail_url="inbox:")


def one_round(port: int, master: int, slug: str) -> set[str]:
    """Pledge from several sides while a worker dies; gives the keys that were acknowledged."""
    acknowledged: set[str] = set()
    end = time.monotonic() + SECONDS

    def pledge() -> None:
        person = Pledger(port, slug)
        while time.monotonic() < end:
            once = secrets.token_urlsafe(24)
            for _ in range(2):  # the retry of somebody whose answer was lost
                try:
                    answer = request("127.0.0.1", port, person.next(once))
                except OSError:
                    continue
                if answer.startswith(b"HTTP/1.1 303"):
                    acknowledged.add(once)
                    break

    people = [threading.Thread(target=pledge) for _ in range(PEOPLE)]
    for person in people:
        person.start()
    time.sleep(random.uniform(0.2, SECONDS - 0.4))
    os.kill(random.choice(_children(master)), signal.SIGKILL)
    for person in people:
        person.join()
    return acknowledged


def _children(master: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(master)], capture_output=True, text=True, check=True)
    return [int(pid) for pid in listed.stdout.split()]


def main() -> int:
    """Run the rounds and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings(Path(folder)))
        with app.app_context():
            db.sql.create_all()
            slug = data.fill(1)[0]
            db.sql.engine.dispose()
        acknowledged: set[str] = set()
        with gunicorn("wsgi:app", VOUCH_ENV="test", INSTANCE_PATH=folder) as (port, master):
            for number in range(rounds):
                fresh = one_round(port, master, slug)
                acknowledged |= fresh
                print(f"round {number + 1:2}: {len(fresh)} acknowledged", flush=True)
        with app.app_context():
            return _judge(acknowledged)


def _judge(acknowledged: set[str]) -> int:
    stored = db.session.scalars(sa.select(Pledge.once)).all()
    lost = acknowledged - set(stored)
    doubled = len(stored) - len(set(stored))
    wrong = ledger.problems()
    print(f"{len(acknowledged)} acknowledged, {len(stored)} stored: {len(lost)} lost, {doubled} doubled, {wrong} wrong")
    return 1 if lost or doubled or wrong or not acknowledged else 0


if __name__ == "__main__":
    sys.exit(main())

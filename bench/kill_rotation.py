"""Kill the rotation of keys midway: `python -m bench.kill_rotation [--rounds 20] [--people 400]`.

Each round begins `flask rotate-keys` under a new SECRET_KEY and kills it with SIGKILL while it writes; after each,
everything must open with the keys that are set, and after a last whole run with the newest key alone. Exits 1 where
something does not.
"""

import argparse
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from bench.people import fill
from campaigns.app import create_app
from campaigns.cli.rotate_keys import parts
from campaigns.config import ROOT, Settings
from campaigns.kit import crypto, db
from campaigns.student.models import Identity


def settings(folder: Path, keys: list[str]) -> Settings:
    """A database of its own under these keys, the newest first."""
    return Settings(
        vouch_env="test",
        instance_path=folder,
        mail_url="inbox:",
        secret_key=keys[0],
        secret_key_fallbacks=",".join(keys[1:]),
    )


def rotate(folder: Path, keys: list[str]) -> subprocess.Popen[bytes]:
    """Begin the command."""
    env = {**os.environ, "VOUCH_ENV": "test", "INSTANCE_PATH": str(folder), "MAIL_URL": "inbox:"}
    env |= {"SECRET_KEY": keys[0], "SECRET_KEY_FALLBACKS": ",".join(keys[1:])}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "rotate-keys"]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def progress() -> tuple[int, int]:
    """How many columns' values the newest key opens, and how many are under an older one."""
    new = old = 0
    for part in parts():
        for stored in db.session.scalars(sa.select(part.text).where(part.column.is_not(None))):
            new, old = (new, old + 1) if part.is_old(stored) else (new + 1, old)
    db.session.rollback()
    return new, old


def unreadable() -> int:
    """How many values no key opens; every student's name is opened through the wrapped key, too."""
    bad = 0
    for part in parts():
        for stored in db.session.scalars(sa.select(part.text).where(part.column.is_not(None))):
            try:
                part.renew(stored)
            except Exception:
                bad += 1
    for person in db.session.scalars(sa.select(Identity)):
        try:
            bad += not str(person.legal_name).startswith("Student ")
        except Exception:
            bad += 1
    db.session.rollback()
    return bad


def kill_midway(folder: Path, keys: list[str]) -> tuple[int, int, int]:
    """One round: begin, wait until it has begun to write, kill; gives (renewed, left, unreadable)."""
    crypto.use_keys(*keys)
    process = rotate(folder, keys)
    while progress()[0] == 0 and process.poll() is None:
        time.sleep(0.005)
    time.sleep(random.uniform(0, 0.03))
    process.send_signal(signal.SIGKILL)
    process.wait()
    return *progress(), unreadable()


def main() -> int:
    """Run the rounds and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--people", type=int, default=400)
    given = parser.parse_args()
    keys = [secrets.token_hex(32)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = create_app(settings(folder, keys))
        with app.app_context():
            db.sql.create_all()
            fill(given.people)
            bad = midway = 0
            while midway < given.rounds:  # a kill that came when all was done counts for nothing
                keys.insert(0, secrets.token_hex(32))
                new, old, wrong = kill_midway(folder, keys)
                midway += new > 0 and old > 0
                bad += wrong
                print(f"kill {midway:2}: {new} renewed, {old} to go: {wrong} unreadable", flush=True)
            bad += _finish(folder, keys)
        print(f"{midway} kills midway, {bad} unreadable")
    return 1 if bad else 0


def _finish(folder: Path, keys: list[str]) -> int:
    status = rotate(folder, keys).wait()
    crypto.use_keys(keys[0])
    wrong = unreadable()
    print(f"a whole run ended with {status}; by the newest key alone: {wrong} unreadable")
    return wrong + status


if __name__ == "__main__":
    sys.exit(main())

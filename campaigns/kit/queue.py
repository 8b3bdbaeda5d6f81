"""Background work. A job is a hint; the database is the truth.

Whatever must happen is a row in a state. A *sweep* finds the rows that are due and works them off;
running it twice changes nothing. `nudge` asks the worker to run a sweep soon, and every minute the
worker runs all of them, so that a lost nudge costs a minute and nothing else.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey, crontab

from campaigns.kit import db

Sweep = Callable[[], None]

log = structlog.get_logger()
_sweeps: dict[str, Sweep] = {}
_first: list[str] = []
_huey: Huey | None = None
_run: Any = None


def sweep(work: Sweep) -> Sweep:
    """Register a function that works off all rows now due; it opens and commits its own transactions."""
    _sweeps[f"{work.__module__}.{work.__name__}"] = work
    return work


def sweep_first(work: Sweep) -> Sweep:
    """Register a sweep that every round begins with: what calls back comes before what sends."""
    _first.append(f"{work.__module__}.{work.__name__}")
    return sweep(work)


def nudge(work: Sweep) -> None:
    """Have the worker run this sweep soon after the current transaction commits."""
    name = f"{work.__module__}.{work.__name__}"
    db.after_commit(name, lambda: _send(name))


def _send(name: str) -> None:
    try:
        _run(name)
    except Exception as fault:  # the queue is down: the next sweep will find the row
        log.warning("queue.nudge_lost", sweep=name, fault=repr(fault))


def run_all() -> None:
    """Run every sweep once; a sweep that fails is logged and keeps no other from running."""
    for name in sorted(_sweeps, key=lambda name: name not in _first):
        run_one(name)


def run_one(name: str) -> None:
    """Run one sweep by its name, on a session of its own."""
    try:
        _sweeps[name]()
    except Exception:
        log.exception("queue.sweep_failed", sweep=name)
    finally:
        db.session.rollback()


def init_app(app: Flask, url: str, folder: Path) -> Huey:
    """Connect to the queue behind `url`: `memory:`, `sqlite:` (a file in `folder`), redis:// or postgresql://."""
    global _huey, _run
    _huey = _open(url, folder)

    def run(name: str) -> None:
        with app.app_context():
            run_one(name)

    def every_minute() -> None:
        with app.app_context():
            run_all()

    _run = _huey.task(name="run")(run)
    _huey.periodic_task(crontab(minute="*"), name="every_minute")(every_minute)
    return _huey


def _open(url: str, folder: Path) -> Huey:
    scheme = urlsplit(url).scheme
    if scheme == "memory":
        return MemoryHuey("vouch", results=False)
    if scheme == "sqlite":
        # Not WAL: huey opens this file with the standard library's older SQLite. Not synced: a lost nudge is swept up.
        file = str(folder / "queue.sqlite")
        return SqliteHuey("vouch", filename=file, journal_mode="truncate", fsync=False, results=False)
    if scheme in {"redis", "rediss"}:
        return RedisHuey("vouch", url=url, results=False)
    return PostgresHuey("vouch", dsn=url, results=False)

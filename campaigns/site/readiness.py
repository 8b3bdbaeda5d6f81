"""Whether the process can reach what it works with."""

import sqlalchemy as sa
from flask import current_app

from campaigns.kit import db, storage
from campaigns.kit.errors import Busy

PROBE = "readiness/probe"


def problems() -> list[str]:
    """What is missing of database, queue and storage, one line each."""
    found = {"database": _database(), "queue": _queue(), "storage": _storage()}
    return [f"{name}: {fault}" for name, fault in found.items() if fault]


def _database() -> str:
    try:
        db.session.execute(sa.text("SELECT 1 FROM account_user LIMIT 1"))
    except sa.exc.DBAPIError as error:
        db.session.rollback()
        return f"{type(error.orig).__name__}"
    return ""


def _queue() -> str:
    """Asks for the number of waiting jobs, which a SQLite file in a folder that cannot be written to refuses."""
    try:
        current_app.extensions["queue"].pending_count()
    except Exception as error:  # each kind of queue has its own faults
        return type(error).__name__
    return ""


def _storage() -> str:
    try:
        storage.current().put(PROBE, b"ready", "text/plain")
        storage.current().delete(PROBE)
    except (OSError, Busy) as error:
        return type(error).__name__
    return ""

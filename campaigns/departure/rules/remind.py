"""Sponsors who have not chosen are reminded once; after the last day, silence means what they were told."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.departure import queries
from campaigns.departure.models import Departure
from campaigns.departure.rules import tell
from campaigns.departure.rules.choose import fall_silent
from campaigns.kit import clock, db
from campaigns.kit.queue import sweep

REMIND_BEFORE = timedelta(days=10)


@sweep
def remind() -> None:
    """Ask once more, ten days before the last day."""
    due = (Departure.choose_by <= clock.today() + REMIND_BEFORE) & Departure.reminded_at.is_(None)
    for departure_id in _ids(due):
        with db.transaction():
            departure = db.session.scalars(queries.locked(departure_id)).one()
            if departure.reminded_at is None:
                departure.reminded_at = clock.now()
                for share in db.session.scalars(queries.silent(departure_id)):
                    share.departure = departure
                    tell.ask(share, again=True)
                audit.record(None, "departure.reminded", departure)


@sweep
def close_choices() -> None:
    """Take silence for an answer once the last day is over."""
    for departure_id in _ids(Departure.choose_by < clock.today()):
        with db.reading():
            shares = [share.id for share in db.session.scalars(queries.silent(departure_id))]
            db.session.rollback()
        for share_id in shares:
            with db.transaction():
                fall_silent(share_id)


def _ids(until: "sa.ColumnElement[bool]") -> list[int]:
    with db.reading():
        ids = list(db.session.scalars(queries.choosing(until)))
        db.session.rollback()
    return ids

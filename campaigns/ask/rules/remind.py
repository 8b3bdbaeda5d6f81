"""What falls due by itself."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.ask import queries
from campaigns.ask.models import Signature
from campaigns.ask.rules import mails
from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.notice import rules as notice

PENDING_KEPT = timedelta(days=30)


def remind_companies() -> None:
    """Remind each company once, shortly before the quiet period of its letter ends."""
    for ask in db.session.scalars(queries.reminders_due()).all():
        ask.reminded_at = clock.now()
        mails.reminder(ask)
        audit.record(None, "ask.reminded", ask)


LETTERS = ("ask.letter", "ask.reminder", "ask.copy", "ask.answered")
"""E-mails that hold the letter or speak of its student."""


def call_back_without_consent() -> None:
    """Take out of the outbox what speaks of a student who does not consent to it any more."""
    waiting = {kind: notice.waiting_about(kind) for kind in LETTERS}
    asks = set().union(*waiting.values())
    hidden = set(db.session.scalars(queries.without_consent(asks))) if asks else set()
    for kind, ids in waiting.items():
        for ask_id in ids & hidden:
            notice.call_back(f"{kind}:{ask_id}")


def forget_unconfirmed() -> None:
    """Delete signatures that nobody confirmed, with their addresses, after a month."""
    old = sa.and_(Signature.confirmed_at.is_(None), Signature.created_at < clock.now() - PENDING_KEPT)
    unconfirmed = sa.delete(Signature).where(old, Signature.removed_at.is_(None))
    db.session.execute(unconfirmed.execution_options(synchronize_session=False))

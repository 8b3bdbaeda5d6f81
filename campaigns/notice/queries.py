"""What is due in the outbox; who follows a topic."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from campaigns.kit import clock
from campaigns.kit.links import SignedLink
from campaigns.notice.models import Notice, Subscription
from campaigns.notice.states import NoticeState

STUCK = timedelta(minutes=10)


def is_due() -> sa.ColumnElement[bool]:
    """Whether an e-mail is to be sent now: queued and due, or left behind by a worker that died."""
    now = clock.now()
    queued = sa.and_(Notice.state == NoticeState.QUEUED, Notice.due_at <= now)
    stuck = sa.and_(Notice.state == NoticeState.SENDING, Notice.due_at <= now - STUCK)
    return sa.or_(queued, stuck)


def due(limit: int) -> sa.Select[int]:
    """The ids of e-mails to send now, the oldest first."""
    return sa.select(Notice.id).where(is_due()).order_by(Notice.id).limit(limit)


def waiting(begins: str) -> sa.Select[str]:
    """The keys of e-mails that have not left yet and begin so."""
    return sa.select(Notice.key).where(
        Notice.state == NoticeState.QUEUED, Notice.key.startswith(begins, autoescape=True)
    )


def followers(topic: str) -> sa.Select[Subscription]:
    """The confirmed, unended subscriptions of a topic."""
    return (
        sa.select(Subscription)
        .where(Subscription.topic == topic, Subscription.confirmed_at.is_not(None), Subscription.ended_at.is_(None))
        .order_by(Subscription.id)
    )


def subscription(topic: str, email: str) -> sa.Select[Subscription]:
    """The subscription of an address (in lower case) to a topic, whatever has become of it."""
    return sa.select(Subscription).where(Subscription.topic == topic, Subscription.email == email)


def forgettable(before: datetime) -> list[sa.Delete]:
    """What may be deleted once it is older than `before`."""
    done = Notice.state.in_([NoticeState.SENT, NoticeState.FAILED])
    spent = sa.or_(SignedLink.used_at < before, SignedLink.expires_at < before)
    idle = sa.and_(Subscription.confirmed_at.is_(None), Subscription.created_at < before)
    return [
        sa.delete(Notice).where(done, Notice.due_at < before),
        sa.delete(SignedLink).where(spent),
        sa.delete(Subscription).where(idle),
    ]

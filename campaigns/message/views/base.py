"""The blueprint, and what every page of a conversation shows."""

from typing import Any

from flask import Blueprint

from campaigns.kit import db
from campaigns.message import queries
from campaigns.message.models import Thread
from campaigns.message.states import TOLD, Reason, Side
from campaigns.pledge.models import Pledge

blueprint = Blueprint("message", __name__)


def is_open(thread: Thread | None, pledge: Pledge) -> bool:
    """Whether more can be written, and what was passed on be read."""
    return (thread is None or thread.closed_at is None) and may_read(pledge)


def may_read(pledge: Pledge) -> bool:
    """Whether consent holds and the pledge stands: without that, neither side sees the other's words any more."""
    return bool(db.session.scalar(queries.may_write(pledge)))


def shown(thread: Thread | None, pledge: Pledge, reader: Side) -> dict[str, Any]:
    """What the page of a conversation needs."""
    visible = thread is not None and may_read(pledge)
    messages = db.session.scalars(queries.messages_of(thread.id, reader)).all() if thread and visible else []
    return {
        "thread": thread,
        "reader": reader.value,
        "messages": messages,
        "open": is_open(thread, pledge),
        "words": TOLD,
        "danger": any(each.reason is Reason.DANGER and each.sender is reader for each in messages),
        "unread": any(each.read_at is None and each.sender is not reader for each in messages),
    }

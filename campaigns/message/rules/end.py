"""No more messages: either side, or an officer, ends a conversation."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.message import queries
from campaigns.message.models import Thread
from campaigns.message.states import Side


def end(thread: Thread, *, side: Side) -> None:
    """End it for whoever has shown that they are this side of it; the second time changes nothing."""
    shut(db.session.scalars(queries.locked(thread.id)).one(), side, None)


def close(thread: Thread, *, by: User) -> None:
    """End it as the community. Raises NotAllowed."""
    access.require(by, Action.SEE_MESSAGES, thread)
    shut(db.session.scalars(queries.locked(thread.id)).one(), Side.COMMUNITY, by)


def shut(thread: Thread, side: Side, by: User | None) -> None:
    """End a conversation that is locked."""
    if thread.closed_at is None:
        thread.closed_at, thread.closed_by = clock.now(), side
        audit.record(by, "message.conversation_ended", thread, side=side.value)

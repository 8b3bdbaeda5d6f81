"""A person decides on each message; without that nothing is ever passed on."""

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import Refused
from campaigns.kit.queue import sweep
from campaigns.message import queries
from campaigns.message.models import Message, Thread
from campaigns.message.rules import tell
from campaigns.message.rules.end import shut
from campaigns.message.rules.scan import search
from campaigns.message.rules.write import require_open
from campaigns.message.states import RETURNS, MessageState, Reason, Side

BATCH = 50


class NotChecked(Refused):
    """This message could not be searched for phone numbers and addresses, so nobody can approve it yet."""


class TextChanged(Refused):
    """What would be passed on is not what you have read. Read it again."""


class NoSuchReason(Refused):
    """Choose one of the reasons."""

    field = "reason"


def approve(message: Message, *, seen: str, by: User) -> None:
    """Pass on what the moderator has read: the message without identifiers, whose hash is `seen`.

    Raises NotAllowed (who wrote it, or is its sponsor or student), NotChecked, TextChanged, IllegalMove, Ended.
    """
    message = _take_up(message, by)
    if message.state is MessageState.APPROVED and message.decided_by_id == by.id:
        return  # the second half of a double click
    if message.checked_at is None or message.shown is None:
        raise NotChecked()
    if not crypto.same(crypto.digest(message.shown), seen):
        raise TextChanged()
    require_open(message.thread)
    _decide(message, MessageState.APPROVED, None, by)
    audit.record(by, "message.approved", message)
    tell.reader(message)


def give_back(message: Message, reason: Reason, *, by: User) -> None:
    """Give a message back to its writer with a reason; of a child in danger every officer is told at once.

    Raises NotAllowed, NoSuchReason, IllegalMove.
    """
    message = _take_up(message, by)
    if reason not in RETURNS:
        raise NoSuchReason()
    _decide(message, MessageState.RETURNED, reason, by)
    audit.record(by, "message.returned", message, reason=reason.value)
    tell.writer(message)
    if reason is Reason.DANGER:
        tell.officers(message)


def refuse(message: Message, *, by: User) -> None:
    """Refuse a message for good, and end the conversation. Raises NotAllowed, IllegalMove."""
    message = _take_up(message, by)
    _decide(message, MessageState.REFUSED, Reason.ABUSE, by)
    audit.record(by, "message.refused", message)
    shut(message.thread, Side.COMMUNITY, by)
    tell.writer(message)


def check_again(message: Message, *, by: User) -> None:
    """Search a held message anew. Raises NotAllowed, NotChecked where that does not work."""
    message = _take_up(message, by)
    if message.state is MessageState.HELD:
        search(message, message.thread)
        if message.checked_at is None:
            raise NotChecked()


def mark_read(thread: Thread, *, reader: Side) -> None:
    """Note that this side has read what was passed on to it."""
    theirs = sa.and_(Message.thread_id == thread.id, Message.sender != reader)
    unread = sa.and_(Message.state == MessageState.APPROVED, Message.read_at.is_(None))
    values = sa.update(Message).where(theirs, unread).values(read_at=clock.now())
    db.session.execute(values.execution_options(synchronize_session=False))


@sweep
def check_unchecked() -> None:
    """Search again what could not be searched; what fails once more stays held."""
    for message_id in db.session.scalars(queries.unchecked(BATCH)).all():
        db.session.commit()
        with db.transaction():
            message = db.session.scalars(queries.taken_up(message_id)).one()
            if message.state is MessageState.HELD and message.checked_at is None:
                search(message, message.thread)


def _take_up(message: Message, by: User) -> Message:
    db.session.scalars(queries.locked(message.thread_id)).one()
    message = db.session.scalars(queries.taken_up(message.id)).one()
    access.require(by, Action.MODERATE_MESSAGE, message)
    return message


def _decide(message: Message, state: MessageState, reason: Reason | None, by: User) -> None:
    message.move_to(state)
    message.reason, message.decided_by_id, message.decided_at = reason, by.id, clock.now()
    if state is MessageState.APPROVED:
        message.delivered_at = message.decided_at

"""Writing a message; it is held until a person has read it."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign import queries as campaigns
from campaigns.kit import clock, db, refs
from campaigns.kit.errors import Refused
from campaigns.message import queries
from campaigns.message.models import Message, Thread
from campaigns.message.rules.scan import has_link, search
from campaigns.message.states import MessageState, Side
from campaigns.pledge.models import Pledge
from campaigns.student import rules as students
from campaigns.student.models import Application
from campaigns.student.states import Purpose

LONGEST = 2_000
MOST_A_DAY = 5


class Ended(Refused):
    """This conversation has ended. Nothing more can be written in it."""


class TooLong(Refused):
    """Keep it under 2,000 letters."""

    field = "text"


class LinkInside(Refused):
    """Links cannot be sent. Take the link out."""

    field = "text"


class TooMany(Refused):
    """Five messages a day are the most. Go on tomorrow."""

    field = "text"


def begin(pledge: Pledge) -> Thread:
    """The conversation that belongs to a pledge, begun where there is none yet. Raises Ended."""
    known = db.session.scalars(queries.of_pledge(pledge.id)).one_or_none()
    if known is not None:
        return known
    applications = db.session.scalars(campaigns.applications_of(pledge.campaign_id)).all()
    if not applications or not db.session.scalar(queries.may_write(pledge)):
        raise Ended()
    db.insert_once(
        Thread,
        unless=["pledge_id"],
        ref=refs.random_ref(),
        organisation_id=pledge.organisation_id,
        pledge_id=pledge.id,
        campaign_id=pledge.campaign_id,
        application_id=applications[0].id,
        is_group=len(applications) > 1,
        created_at=clock.now(),
    )
    return db.session.scalars(queries.of_pledge(pledge.id)).one()


def write(thread: Thread, text: str, *, sender: Side, once: str, by: User | None = None) -> Message:
    """Hold a message for a moderator; the same `once` again gives the message it has made.

    `by` writes for the community; sponsor and student, who have no account, have shown that it is theirs.
    Raises NotAllowed, Ended, TooLong, LinkInside, TooMany.
    """
    if by is not None:
        access.require(by, Action.ANSWER_SPONSOR, thread)
    thread = db.session.scalars(queries.locked(thread.id)).one()
    known = db.session.scalars(queries.made_with(once)).one_or_none()
    if known is not None:
        return known
    require_open(thread)
    _require_fitting(thread, text, sender)
    message = Message(
        application_id=thread.application_id,
        once=once,
        thread_id=thread.id,
        organisation_id=thread.organisation_id,
        sender=sender,
        author_id=by.id if by else None,
        state=MessageState.HELD,
        text=text,
    )
    search(message, thread)
    db.session.add(message)
    audit.record(by, "message.written", message, sender=sender.value, checked=message.checked_at is not None)
    return message


def require_open(thread: Thread) -> None:
    """Refuse where the conversation has ended, and let no withdrawal of consent overtake this transaction.

    `thread` is locked. Raises Ended.
    """
    ids = db.session.scalars(campaigns.applications_of(thread.campaign_id).with_only_columns(Application.id))
    try:
        students.require_consent(ids.all(), Purpose.SHARE_WITH_SPONSOR)
    except students.NoConsent as refusal:
        raise Ended() from refusal
    if thread.closed_at is not None or not db.session.scalar(queries.may_write(thread.pledge)):
        raise Ended()


def _require_fitting(thread: Thread, text: str, sender: Side) -> None:
    if not text.strip():
        raise Refused("Write a message.", field="text")
    if len(text) > LONGEST:
        raise TooLong()
    if has_link(text):
        raise LinkInside()
    if (db.session.scalar(queries.sent_lately(thread.id, sender)) or 0) >= MOST_A_DAY:
        raise TooMany()

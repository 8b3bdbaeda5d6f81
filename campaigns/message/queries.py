"""Finding conversations and messages, by who asks."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import Campaign
from campaigns.kit import clock
from campaigns.message.models import Message, Thread
from campaigns.message.states import MessageState, Side
from campaigns.pledge.models import Pledge
from campaigns.pledge.states import COUNTED
from campaigns.student.models import Application
from campaigns.student.states import FUNDABLE, Purpose

DAY = timedelta(days=1)


def in_full(select: sa.Select[Thread]) -> sa.Select[Thread]:
    """The same conversations with the pledge, the campaign and the student behind them."""
    return select.options(
        joinedload(Thread.pledge),
        joinedload(Thread.campaign).joinedload(Campaign.organisation),
        joinedload(Thread.application).joinedload(Application.school),
    )


def of_pledge(pledge_id: int) -> sa.Select[Thread]:
    """The conversation that belongs to a pledge, if one was begun."""
    return in_full(sa.select(Thread).where(Thread.pledge_id == pledge_id))


def of_student(application_id: int) -> sa.Select[Thread]:
    """The conversations of one student with sponsors, newest first; those of a group are the community's."""
    theirs = sa.select(Thread).where(Thread.application_id == application_id, ~Thread.is_group)
    return in_full(theirs.order_by(Thread.id.desc()))


def locked(thread_id: int) -> sa.Select[Thread]:
    """A conversation as it is now, held against others until the transaction ends."""
    return (
        in_full(sa.select(Thread).where(Thread.id == thread_id))
        .with_for_update(of=Thread)
        .execution_options(populate_existing=True)
    )


def may_write(pledge: Pledge) -> sa.Select[bool]:
    """Whether a pledge's sponsor and student may write to each other now.

    They may while the pledge stands, and while every student of its campaign is supported and their consent to
    sharing with sponsors holds.
    """
    stands = sa.exists().where(Pledge.id == pledge.id, Pledge.status.in_(COUNTED))
    lapsed = sa.exists().where(Campaign.id == pledge.campaign_id, campaigns.lapsed(Purpose.SHARE_WITH_SPONSOR))
    theirs = campaigns.applications_of(pledge.campaign_id).order_by(None)
    return sa.select(sa.and_(stands, ~lapsed, ~theirs.where(Application.stage.not_in(FUNDABLE)).exists()))


def messages_of(thread_id: int, reader: Side) -> sa.Select[Message]:
    """What one side sees of a conversation, oldest first: what it wrote, and of the other what was passed on."""
    seen = sa.or_(Message.sender == reader, Message.state == MessageState.APPROVED)
    return sa.select(Message).where(Message.thread_id == thread_id, seen).order_by(Message.id)


def sent_lately(thread_id: int, sender: Side) -> sa.Select[int]:
    """How many messages a side has written in a conversation within a day."""
    since = clock.now() - DAY
    theirs = sa.and_(Message.thread_id == thread_id, Message.sender == sender, Message.created_at > since)
    return sa.select(sa.func.count(Message.id)).where(theirs)


def made_with(once: str) -> sa.Select[Message]:
    """The message that this very form has made already."""
    return sa.select(Message).where(Message.once == once)


def held(user: User, organisation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The columns of the list of messages that wait for a moderator, for `paging.page` by `Message.id`."""
    return (
        _visible_to(user)
        .where(Message.organisation_id == organisation_id, Message.state == MessageState.HELD)
        .join(Message.thread)
        .join(Application, Application.id == Thread.application_id)
        .join(Campaign, Campaign.id == Thread.campaign_id)
        .with_only_columns(
            *(Message.id, Message.sender, Message.created_at, Message.checked_at),
            *(Thread.is_group, Application.alias, Campaign.title.label("campaign")),
        )
    )


def _visible_to(user: User) -> sa.Select[Message]:
    return sa.select(Message).where(Message.organisation_id.in_(access.organisations_of(user, Action.SEE_MESSAGES)))


def for_moderator(user: User, slug: str, message_id: int) -> sa.Select[Message]:
    """One message of a community with its conversation, where this person may moderate."""
    return in_thread(_visible_to(user)).join(Organisation, Organisation.id == Message.organisation_id).where(
        Organisation.slug == slug, Message.id == message_id
    )  # fmt: skip


def in_thread(select: sa.Select[Message]) -> sa.Select[Message]:
    """The same messages with their conversations in full."""
    whole = joinedload(Message.thread)
    return select.options(
        whole.joinedload(Thread.pledge),
        whole.joinedload(Thread.campaign).joinedload(Campaign.organisation),
        whole.joinedload(Thread.application).joinedload(Application.school),
    )


def taken_up(message_id: int) -> sa.Select[Message]:
    """A message as it is now, held against others until the transaction ends."""
    chosen = in_thread(sa.select(Message).where(Message.id == message_id))
    return chosen.with_for_update(of=Message).execution_options(populate_existing=True)


def unchecked(limit: int) -> sa.Select[int]:
    """The ids of held messages that could not be searched for identifiers."""
    waits = sa.and_(Message.state == MessageState.HELD, Message.checked_at.is_(None))
    return sa.select(Message.id).where(waits).order_by(Message.id).limit(limit)


def conversations(user: User, organisation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The columns of a community's conversations with groups, for `paging.page` by `Thread.id`."""
    return (
        sa.select(*(Thread.id, Thread.ref, Thread.closed_at, Thread.created_at), Campaign.title.label("campaign"))
        .join(Thread.campaign)
        .where(Thread.organisation_id.in_(access.organisations_of(user, Action.ANSWER_SPONSOR)))
        .where(Thread.organisation_id == organisation_id, Thread.is_group)
    )


def answered_by(user: User, organisation_id: int, ref: str) -> sa.Select[Thread]:
    """One conversation with a group, for those who answer it."""
    mine = Thread.organisation_id.in_(access.organisations_of(user, Action.ANSWER_SPONSOR))
    chosen = sa.select(Thread).where(mine, Thread.organisation_id == organisation_id, Thread.ref == ref)
    return in_full(chosen.where(Thread.is_group))


def to_close(user: User, slug: str, ref: str) -> sa.Select[Thread]:
    """One conversation of a community, for those who moderate."""
    mine = Thread.organisation_id.in_(access.organisations_of(user, Action.SEE_MESSAGES))
    chosen = sa.select(Thread).join(Organisation, Organisation.id == Thread.organisation_id).where(mine)
    return in_full(chosen.where(Organisation.slug == slug, Thread.ref == ref))


def unread(application_id: int) -> sa.Select[int]:
    """The ids of a student's conversations in which something was passed on that is not marked as read."""
    theirs = sa.and_(Message.application_id == application_id, Message.sender != Side.STUDENT)
    fresh = sa.and_(Message.state == MessageState.APPROVED, Message.read_at.is_(None))
    return sa.select(Message.thread_id).where(theirs, fresh).distinct()

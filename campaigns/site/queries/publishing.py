"""Sources of the today page: campaigns, letters, updates."""

from typing import Any

import sqlalchemy as sa

from campaigns.account.models import Organisation, User
from campaigns.account.states import Role
from campaigns.approval import queries as approvals
from campaigns.approval.states import Subject
from campaigns.ask.models import Ask
from campaigns.ask.queries import LATELY
from campaigns.ask.states import SILENT_AFTER, AskState
from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock
from campaigns.site.queries.today import Rows, rows
from campaigns.update import queries as updates
from campaigns.update.models import Update
from campaigns.update.states import UpdateState


def _is_officer(user: User, organisation_id: int) -> bool:
    return Role.SAFEGUARDING_OFFICER in user.roles_in(organisation_id)


def _unread(user: User, organisation_id: int, subject: Subject, thing: Any) -> sa.ColumnElement[bool]:
    """Whether nobody has read it yet; of what concerns no minor only officers are told."""
    unread = ~approvals.half(subject, thing.id)
    return unread if _is_officer(user, organisation_id) else sa.and_(unread, thing.concerns_minor)


def _half_read(user: User, organisation_id: int, subject: Subject, thing: Any) -> sa.ColumnElement[bool]:
    officer = _is_officer(user, organisation_id)
    return approvals.waits_for(user, officer=officer, subject=subject, subject_id=thing.id)


def _in_review(user: User, organisation_id: int) -> Rows:
    read = campaigns.waiting_for_review(organisation_id).with_only_columns(Campaign.id).order_by(None)
    return rows(Campaign.slug, Campaign.title, Campaign.created_at).where(
        Campaign.id.in_(read), Campaign.author_id != user.id
    )


def to_review(user: User, organisation_id: int) -> Rows:
    """Campaigns, new or revised, by somebody else."""
    return _in_review(user, organisation_id).where(_unread(user, organisation_id, Subject.CAMPAIGN, Campaign))


def to_review_second(user: User, organisation_id: int) -> Rows:
    """Campaigns that one of two readers has approved."""
    return _in_review(user, organisation_id).where(_half_read(user, organisation_id, Subject.CAMPAIGN, Campaign))


def sent_back(user: User, organisation_id: int) -> Rows:
    """This person's campaigns that a reviewer wants changed."""
    note = sa.func.substr(Campaign.returned_note, 1, 140)
    return rows(Campaign.slug, Campaign.title, Campaign.created_at, note).where(
        Campaign.organisation_id == organisation_id,
        Campaign.author_id == user.id,
        Campaign.state == CampaignState.DRAFT,
        Campaign.returned_note.is_not(None),
    )


def _asks(organisation_id: int, since: Any, state: AskState) -> Rows:
    return (
        rows(Ask.ref, Organisation.name, since, Campaign.title)
        .select_from(Ask)
        .join(Organisation, Organisation.id == Ask.company_id)
        .join(Campaign, Campaign.id == Ask.campaign_id)
        .where(Ask.organisation_id == organisation_id, Ask.state == state)
    )


def _to_read(user: User, organisation_id: int) -> Rows:
    drafted = _asks(organisation_id, Ask.created_at, AskState.DRAFTED)
    return drafted.where(Ask.returned_note.is_(None), Ask.author_id != user.id)


def letters_to_read(user: User, organisation_id: int) -> Rows:
    """Letters that somebody else has written."""
    return _to_read(user, organisation_id).where(_unread(user, organisation_id, Subject.ASK, Ask))


def letters_to_read_second(user: User, organisation_id: int) -> Rows:
    """Letters that one of two readers has approved."""
    return _to_read(user, organisation_id).where(_half_read(user, organisation_id, Subject.ASK, Ask))


def letters_to_revise(user: User, organisation_id: int) -> Rows:
    """This person's letters that the second reader wants changed."""
    drafted = _asks(organisation_id, Ask.created_at, AskState.DRAFTED)
    return drafted.where(Ask.returned_note.is_not(None), Ask.author_id == user.id)


def letters_to_send(_user: User, organisation_id: int) -> Rows:
    """Letters that were read and can go."""
    return _asks(organisation_id, Ask.created_at, AskState.MODERATED)


def letters_to_publish(_user: User, organisation_id: int) -> Rows:
    """Letters whose quiet period is over without an answer."""
    return _asks(organisation_id, Ask.quiet_until, AskState.PRIVATE).where(Ask.quiet_until <= clock.now())


def letters_to_close(_user: User, organisation_id: int) -> Rows:
    """Letters that have been public for long without an answer."""
    return _asks(organisation_id, Ask.public_at, AskState.PUBLIC).where(Ask.public_at <= clock.now() - SILENT_AFTER)


def answers(_user: User, organisation_id: int) -> Rows:
    """Companies' answers of the last days."""
    return _asks(organisation_id, Ask.answered_at, AskState.ANSWERED).where(Ask.answered_at > clock.now() - LATELY)


def _updates(organisation_id: int, state: UpdateState) -> Rows:
    return (
        rows(Update.id, Update.title, Update.created_at, Campaign.title)
        .select_from(Update)
        .join(Campaign, Campaign.id == Update.campaign_id)
        .where(Update.organisation_id == organisation_id, Update.state == state)
    )


def updates_to_approve(user: User, organisation_id: int) -> Rows:
    """Updates that somebody else has written."""
    waiting = _updates(organisation_id, UpdateState.IN_REVIEW).where(Update.author_id != user.id)
    return waiting.where(_unread(user, organisation_id, Subject.UPDATE, Update))


def updates_to_approve_second(user: User, organisation_id: int) -> Rows:
    """Updates that one of two readers has approved."""
    waiting = _updates(organisation_id, UpdateState.IN_REVIEW).where(Update.author_id != user.id)
    return waiting.where(_half_read(user, organisation_id, Subject.UPDATE, Update))


def updates_to_revise(user: User, organisation_id: int) -> Rows:
    """This person's updates that a reviewer wants changed."""
    drafts = _updates(organisation_id, UpdateState.DRAFT)
    return drafts.where(Update.returned_note.is_not(None), Update.author_id == user.id)


def updates_owed(_user: User, organisation_id: int) -> Rows:
    """Campaigns that have received money and have told nothing for long."""
    owed = updates.owed(organisation_id).with_only_columns(Campaign.id).order_by(None)
    since = sa.func.coalesce(Campaign.received_at, Campaign.published_at, type_=Campaign.published_at.type)
    return rows(Campaign.slug, Campaign.title, since).where(Campaign.id.in_(owed))

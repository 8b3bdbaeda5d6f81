"""Sources of the today page: applications, campaigns, letters, updates, the team."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from campaigns.account.models import Organisation, User
from campaigns.account.states import Role
from campaigns.approval import queries as approvals
from campaigns.approval.states import Subject
from campaigns.ask.models import Ask
from campaigns.ask.queries import LATELY
from campaigns.ask.states import SILENT_AFTER, AskState
from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.states import CampaignState
from campaigns.community import queries as communities
from campaigns.community.models import Invitation
from campaigns.departure.models import Departure
from campaigns.departure.queries import undecided
from campaigns.departure.states import DepartureState
from campaigns.kit import clock
from campaigns.message.models import Message, Thread
from campaigns.message.states import MessageState
from campaigns.pledge.queries import renewals
from campaigns.site.queries.today import NOTHING, Rows, rows
from campaigns.student import queries as students
from campaigns.student.models import Application, Consent, Need, NeedChange, NeedVerification, Outcome, Work
from campaigns.student.rules.needs import SOON
from campaigns.student.states import FUNDABLE, OPEN, ChangeState, ConsentEvent, Stage, WorkState
from campaigns.update import queries as updates
from campaigns.update.models import Update
from campaigns.update.states import UpdateState


def to_vet(user: User, organisation_id: int) -> Rows:
    """Applications that this person is asked to score, or that nobody has taken into review."""
    mine = students.visible_to(user).with_only_columns(Application.id)
    untouched = sa.and_(Application.stage == Stage.SUBMITTED, Application.id.not_in(students.kept_out(user)))
    return rows(Application.ref, Application.alias, Application.submitted_at, Application.level).where(
        Application.id.in_(mine),
        Application.organisation_id == organisation_id,
        sa.or_(untouched, Application.id.in_(students.assigned_to(user))),
        Application.id.not_in(students.recused_from(user)),
    )


def to_decide(user: User, organisation_id: int) -> Rows:
    """Applications that every score sheet is in for."""
    mine = students.visible_to(user).with_only_columns(Application.id)
    return rows(Application.ref, Application.alias, Application.submitted_at, Application.score).where(
        Application.id.in_(mine),
        Application.organisation_id == organisation_id,
        students.is_ready(),
        Application.id.in_(students.decidable_by(user)),
    )


def late(_user: User, organisation_id: int) -> Rows:
    """Applications with which the community is late; the student was told."""
    waiting = students.late(organisation_id).with_only_columns(Application.id)
    return rows(Application.ref, NOTHING, Application.stage_since).where(Application.id.in_(waiting))


def consents(user: User, organisation_id: int) -> Rows:
    """Consents that were given and that nobody has checked."""
    later = aliased(Consent)
    settled = sa.exists().where(
        later.application_id == Consent.application_id, later.purpose == Consent.purpose, later.id > Consent.id
    )
    unchecked = sa.select(Consent.application_id).where(Consent.event == ConsentEvent.GIVEN, ~settled)
    stages = (*OPEN, Stage.APPROVED, Stage.SUPPORTED)
    mine = students.visible_to(user).with_only_columns(Application.id)
    return rows(Application.ref, Application.alias, Application.submitted_at).where(
        Application.organisation_id == organisation_id,
        Application.stage.in_(stages),
        Application.id.in_(mine),
        Application.id.in_(unchecked),
    )


def costs_to_confirm(user: User, organisation_id: int) -> Rows:
    """Approved students with costs that nobody's word holds for, or for two more weeks at most; by their last day."""
    soon = clock.today() + SOON
    sent = sa.exists().where(
        BudgetLine.need_id == Need.id, BudgetLine.released_at.is_(None), BudgetLine.disbursed >= BudgetLine.amount
    )
    open_ones = sa.exists().where(Need.application_id == Application.id, ~students.verified(soon), ~sent)
    held = sa.exists().where(Need.id == NeedVerification.need_id, students.verified())
    first = sa.select(sa.func.min(NeedVerification.expires_on)).where(
        NeedVerification.application_id == Application.id, NeedVerification.expires_on >= clock.today(), held
    )
    mine = students.visible_to(user).with_only_columns(Application.id)
    return rows(Application.ref, Application.alias, Application.stage_since, due=first.scalar_subquery()).where(
        Application.organisation_id == organisation_id,
        Application.stage.in_(FUNDABLE),
        Application.id.in_(mine),
        Application.id.not_in(students.recused_from(user)),
        open_ones,
    )


def _changes(user: User, organisation_id: int) -> Rows:
    seen = students.changes_visible_to(user).with_only_columns(NeedChange.id)
    return (
        rows(NeedChange.id, Application.alias, NeedChange.proposed_at, Need.label)
        .select_from(NeedChange)
        .join(Need, Need.id == NeedChange.need_id)
        .join(Application, Application.id == NeedChange.application_id)
        .where(NeedChange.organisation_id == organisation_id, NeedChange.id.in_(seen))
    )


def changes_to_decide(user: User, organisation_id: int) -> Rows:
    """Changes of costs that somebody else has proposed."""
    proposed = _changes(user, organisation_id).where(NeedChange.state == ChangeState.PROPOSED)
    return proposed.where(NeedChange.proposed_by_id != user.id)


def silent_sponsors(user: User, organisation_id: int) -> Rows:
    """Changes of costs about which sponsors were asked and have said nothing in time."""
    return _changes(user, organisation_id).where(NeedChange.id.in_(renewals.silent(organisation_id)))


def departures(user: User, organisation_id: int) -> Rows:
    """Departures that somebody else has reported."""
    mine = students.visible_to(user).with_only_columns(Application.id)
    reported = rows(Application.ref, Application.alias, Departure.reported_at).select_from(Departure)
    return reported.join(Application, Application.id == Departure.application_id).where(
        Departure.organisation_id == organisation_id,
        Departure.state == DepartureState.REPORTED,
        Application.id.in_(mine),
        sa.or_(Departure.reported_by_id.is_(None), Departure.reported_by_id != user.id),
    )


def outcome_words(user: User, organisation_id: int) -> Rows:
    """Students' own words on what they reached, taken down by somebody else."""
    waiting = rows(Application.ref, Application.alias, Outcome.recorded_at).select_from(Outcome)
    return waiting.join(Application, Application.id == Outcome.application_id).where(
        Outcome.organisation_id == organisation_id,
        Outcome.approved_at.is_(None),
        Outcome.words_sealed.is_not(None),
        Outcome.recorded_by_id != user.id,
    )


def rests(_user: User, organisation_id: int) -> Rows:
    """Departures of which sponsors have left something to the community."""
    ids = undecided(organisation_id).with_only_columns(Departure.id)
    return rows(Departure.ref, Departure.ref, Departure.confirmed_at).where(Departure.id.in_(ids))


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


def messages_to_read(user: User, organisation_id: int) -> Rows:
    """Messages between sponsors and students that wait for a person, never this person's own."""
    who = sa.case((Thread.is_group, "a group"), else_=Application.alias)
    return (
        rows(Message.id, who, Message.created_at, Campaign.title)
        .select_from(Message)
        .join(Thread, Thread.id == Message.thread_id)
        .join(Application, Application.id == Thread.application_id)
        .join(Campaign, Campaign.id == Thread.campaign_id)
        .where(Message.organisation_id == organisation_id, Message.state == MessageState.HELD)
        .where(sa.or_(Message.author_id.is_(None), Message.author_id != user.id))
    )


def works_to_review(user: User, organisation_id: int) -> Rows:
    """Works of students that this person has not approved yet."""
    mine = students.reviewable(user, organisation_id).with_only_columns(Work.id)
    return (
        rows(Work.ref, Application.alias, Work.sent_at)
        .select_from(Work)
        .join(Application, Application.id == Work.application_id)
        .where(Work.id.in_(mine), Work.state == WorkState.IN_REVIEW)
        .where(sa.or_(Work.first_approver_id.is_(None), Work.first_approver_id != user.id))
    )


def updates_owed(_user: User, organisation_id: int) -> Rows:
    """Campaigns that have received money and have told nothing for long."""
    owed = updates.owed(organisation_id).with_only_columns(Campaign.id).order_by(None)
    since = sa.func.coalesce(Campaign.received_at, Campaign.published_at, type_=Campaign.published_at.type)
    return rows(Campaign.slug, Campaign.title, since).where(Campaign.id.in_(owed))


def invitations(_user: User, organisation_id: int) -> Rows:
    """Invitations that nobody has taken yet."""
    pending = communities.open_invitations(organisation_id).with_only_columns(Invitation.id).order_by(None)
    return rows(NOTHING, NOTHING, Invitation.created_at).where(Invitation.id.in_(pending))

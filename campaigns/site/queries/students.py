"""Sources of the today page: applications, costs, departures, and what students say and show."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from campaigns.account.models import User
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.departure.models import Departure
from campaigns.departure.queries import undecided
from campaigns.departure.states import DepartureState
from campaigns.kit import clock
from campaigns.message.models import Message, Thread
from campaigns.message.states import MessageState
from campaigns.pledge.queries import renewals
from campaigns.site.queries.today import Rows, rows
from campaigns.student import queries as applications
from campaigns.student.models import Application, Consent, Need, NeedChange, NeedVerification, Outcome, Work
from campaigns.student.rules.needs import SOON
from campaigns.student.states import FUNDABLE, OPEN, ChangeState, ConsentEvent, Stage, WorkState


def to_vet(user: User, organisation_id: int) -> Rows:
    """Applications that this person is asked to score, or that nobody has taken into review."""
    mine = applications.visible_to(user).with_only_columns(Application.id)
    untouched = sa.and_(Application.stage == Stage.SUBMITTED, Application.id.not_in(applications.kept_out(user)))
    return rows(Application.ref, Application.alias, Application.submitted_at, Application.level).where(
        Application.id.in_(mine),
        Application.organisation_id == organisation_id,
        sa.or_(untouched, Application.id.in_(applications.assigned_to(user))),
        Application.id.not_in(applications.recused_from(user)),
    )


def to_decide(user: User, organisation_id: int) -> Rows:
    """Applications that every score sheet is in for."""
    mine = applications.visible_to(user).with_only_columns(Application.id)
    return rows(Application.ref, Application.alias, Application.submitted_at, Application.score).where(
        Application.id.in_(mine),
        Application.organisation_id == organisation_id,
        applications.is_ready(),
        Application.id.in_(applications.decidable_by(user)),
    )


def consents(user: User, organisation_id: int) -> Rows:
    """Consents that were given and that nobody has checked."""
    later = aliased(Consent)
    settled = sa.exists().where(
        later.application_id == Consent.application_id, later.purpose == Consent.purpose, later.id > Consent.id
    )
    unchecked = sa.select(Consent.application_id).where(Consent.event == ConsentEvent.GIVEN, ~settled)
    stages = (*OPEN, Stage.APPROVED, Stage.SUPPORTED)
    mine = applications.visible_to(user).with_only_columns(Application.id)
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
    open_ones = sa.exists().where(Need.application_id == Application.id, ~applications.verified(soon), ~sent)
    held = sa.exists().where(Need.id == NeedVerification.need_id, applications.verified())
    first = sa.select(sa.func.min(NeedVerification.expires_on)).where(
        NeedVerification.application_id == Application.id, NeedVerification.expires_on >= clock.today(), held
    )
    mine = applications.visible_to(user).with_only_columns(Application.id)
    return rows(Application.ref, Application.alias, Application.stage_since, due=first.scalar_subquery()).where(
        Application.organisation_id == organisation_id,
        Application.stage.in_(FUNDABLE),
        Application.id.in_(mine),
        Application.id.not_in(applications.recused_from(user)),
        open_ones,
    )


def _changes(user: User, organisation_id: int) -> Rows:
    seen = applications.changes_visible_to(user).with_only_columns(NeedChange.id)
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
    kept_out = applications.recused_from(user)
    return proposed.where(NeedChange.proposed_by_id != user.id, NeedChange.application_id.not_in(kept_out))


def silent_sponsors(user: User, organisation_id: int) -> Rows:
    """Changes of costs about which sponsors were asked and have said nothing in time."""
    return _changes(user, organisation_id).where(NeedChange.id.in_(renewals.silent(organisation_id)))


def departures(user: User, organisation_id: int) -> Rows:
    """Departures that somebody else has reported."""
    mine = applications.visible_to(user).with_only_columns(Application.id)
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
    mine = applications.reviewable(user, organisation_id).with_only_columns(Work.id)
    return (
        rows(Work.ref, Application.alias, Work.sent_at)
        .select_from(Work)
        .join(Application, Application.id == Work.application_id)
        .where(Work.id.in_(mine), Work.state == WorkState.IN_REVIEW)
        .where(sa.or_(Work.first_approver_id.is_(None), Work.first_approver_id != user.id))
    )

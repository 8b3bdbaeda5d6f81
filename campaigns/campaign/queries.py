"""Finding campaigns, by what the viewer may see."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload, selectinload

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit.models import AuditEntry
from campaigns.campaign.models import BudgetLine, Campaign, Revision
from campaigns.campaign.states import ASKING, PUBLIC, CampaignState
from campaigns.file.models import File
from campaigns.file.states import Visibility
from campaigns.kit import clock
from campaigns.student import queries as students
from campaigns.student.models import Application, Consent, Need, Outcome
from campaigns.student.states import ConsentEvent, Purpose

WRITTEN = ("campaign.created", "campaign.edited")


def visible_to(user: User) -> sa.Select[Campaign]:
    """The campaigns of the communities in which this person holds a role."""
    return sa.select(Campaign).where(Campaign.organisation_id.in_(access.organisations_of(user, Action.VIEW_COMMUNITY)))


def for_page(user: User, slug: str, campaign_slug: str) -> sa.Select[Campaign]:
    """One campaign of one community, with what its pages for the team show."""
    theirs = visible_to(user).join(Campaign.organisation)
    return _in_full(theirs.where(Organisation.slug == slug, Campaign.slug == campaign_slug))


def whole(campaign_id: int) -> sa.Select[Campaign]:
    """A campaign as it is now, with all that `for_page` loads."""
    return _in_full(sa.select(Campaign).where(Campaign.id == campaign_id)).execution_options(populate_existing=True)


def _in_full(select: sa.Select[Campaign]) -> sa.Select[Campaign]:
    return select.options(
        joinedload(Campaign.organisation),
        joinedload(Campaign.cover),
        joinedload(Campaign.revision).joinedload(Revision.cover),
        selectinload(Campaign.lines),
    )


def of_community(
    user: User, organisation_id: int, states: frozenset[CampaignState] | None = None
) -> "sa.Select[*tuple[Any, ...]]":
    """The columns of the team's list, for `paging.page` by `Campaign.id`."""
    waiting = sa.exists().where(Revision.campaign_id == Campaign.id, Revision.returned_note.is_(None))
    select = visible_to(user).where(Campaign.organisation_id == organisation_id)
    if states is not None:
        select = select.where(Campaign.state.in_(states))
    return select.with_only_columns(
        Campaign.id,
        Campaign.slug,
        Campaign.title,
        Campaign.state,
        Campaign.deadline,
        Campaign.currency,
        Campaign.asked,
        Campaign.pledged,
        Campaign.received,
        Campaign.disbursed,
        Campaign.proven,
        Campaign.returned_note,
        waiting.label("revised"),
    )


def waiting_for_review(organisation_id: int) -> sa.Select[Campaign]:
    """Campaigns of a community, new ones and revised ones, that a safeguarding officer should read, oldest first."""
    revised = sa.exists().where(Revision.campaign_id == Campaign.id, Revision.returned_note.is_(None))
    return (
        sa.select(Campaign)
        .where(Campaign.organisation_id == organisation_id)
        .where(sa.or_(Campaign.state == CampaignState.IN_REVIEW, revised))
        .order_by(Campaign.id)
    )


def open_needs(organisation_id: int) -> sa.Select[Need]:
    """Needs of a community's approved students that no campaign asks for now, with application and school."""
    asked_for = sa.exists().where(BudgetLine.need_id == Need.id, BudgetLine.released_at.is_(None))
    return students.approved_needs(organisation_id).where(~asked_for)


def applications_of(campaign_id: int) -> sa.Select[Application]:
    """The applications whose needs a campaign asks for."""
    ids = (
        sa.select(Need.application_id)
        .join(BudgetLine, BudgetLine.need_id == Need.id)
        .where(BudgetLine.campaign_id == campaign_id)
    )
    return sa.select(Application).where(Application.id.in_(ids)).order_by(Application.id)


def writers_of(campaign: Campaign) -> sa.Select[int | None]:
    """The ids of the people who wrote any of a campaign's words."""
    return sa.select(AuditEntry.actor_id).where(
        AuditEntry.subject_type == "campaign",
        AuditEntry.subject_id == campaign.id,
        AuditEntry.action.in_(WRITTEN),
        AuditEntry.actor_id.is_not(None),
    )


def minors_of(campaign_id: int) -> sa.Select[Application]:
    """The applications behind a campaign whose students are minors."""
    return applications_of(campaign_id).where(Application.is_minor)


def steps_of(campaign: Campaign) -> sa.Select[int]:
    """How many things were done with a campaign so far."""
    return sa.select(sa.func.count(AuditEntry.id)).where(
        AuditEntry.subject_type == "campaign", AuditEntry.subject_id == campaign.id
    )


def history_of(campaign: Campaign) -> "sa.Select[*tuple[Any, ...]]":
    """What was done with a campaign and by whom, newest first."""
    return (
        sa.select(AuditEntry.at, AuditEntry.action, User.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.subject_type == "campaign", AuditEntry.subject_id == campaign.id)
        .order_by(AuditEntry.id.desc())
        .limit(30)
    )


def holds(purpose: Purpose, now: "sa.ColumnElement[datetime] | None" = None) -> sa.ColumnElement[bool]:
    """Whether consent to this holds for the student of a need; correlates to Need.

    It holds as `student.queries.consented` says; here `now` may be a parameter, so that a statement is built once.
    """
    later = aliased(Consent)
    withdrawn = sa.exists().where(
        later.application_id == Consent.application_id,
        later.purpose == Consent.purpose,
        later.event == ConsentEvent.WITHDRAWN,
        later.id > Consent.id,
    )
    return sa.exists().where(
        Consent.application_id == Need.application_id,
        Consent.purpose == purpose,
        Consent.event == ConsentEvent.CHECKED,
        Consent.expires_at > (clock.now() if now is None else now),
        ~withdrawn,
    )


def lapsed(purpose: Purpose, now: "sa.ColumnElement[datetime] | None" = None) -> sa.ColumnElement[bool]:
    """Whether consent to this no longer holds for one of a campaign's students; correlates to Campaign."""
    return (
        sa.select(BudgetLine.id)
        .join(Need, Need.id == BudgetLine.need_id)
        .where(BudgetLine.campaign_id == Campaign.id, ~holds(purpose, now))
        .correlate(Campaign)
        .exists()
    )


def hidden(now: "sa.ColumnElement[datetime] | None" = None) -> sa.ColumnElement[bool]:
    """Whether a campaign may not be shown: consent has ended for one of its students, and fewer than two are left.

    Of a group the others go on: what is shown of them names nobody. Correlates to Campaign.
    """
    left = sa.func.count(sa.distinct(sa.case((holds(Purpose.PUBLISH_TEXT, now), Need.application_id))))
    return sa.and_(lapsed(Purpose.PUBLISH_TEXT, now), _over_lines(left) < 2)


def who_is_shown(now: "sa.ColumnElement[datetime] | None" = None) -> sa.ColumnElement[int]:
    """A number that changes with the set of a campaign's students who may be shown; correlates to Campaign."""
    ids = sa.func.sum(sa.distinct(sa.case((holds(Purpose.PUBLISH_TEXT, now), Need.application_id))))
    return _over_lines(sa.cast(sa.func.coalesce(ids, 0), sa.BigInteger))


def _over_lines(figure: "sa.ColumnElement[int]") -> "sa.ScalarSelect[int]":
    return (
        sa.select(figure)
        .select_from(BudgetLine)
        .join(Need, Need.id == BudgetLine.need_id)
        .where(BudgetLine.campaign_id == Campaign.id, BudgetLine.left_at.is_(None))
        .correlate(Campaign)
        .scalar_subquery()
    )


def live_without_consent() -> sa.Select[Campaign]:
    """Campaigns that take pledges though they may not be shown any more."""
    return sa.select(Campaign).where(Campaign.state == CampaignState.LIVE, hidden())


def asking_without_consent() -> sa.Select[Campaign]:
    """Campaigns of a group that is shown, and that still asks for somebody who consents to it no longer."""
    theirs = (
        sa.select(BudgetLine.id)
        .join(Need, Need.id == BudgetLine.need_id)
        .where(BudgetLine.campaign_id == Campaign.id, unpledged(), ~holds(Purpose.PUBLISH_TEXT))
        .correlate(Campaign)
        .exists()
    )
    return sa.select(Campaign).where(Campaign.state.in_(ASKING), theirs, ~hidden())


def unpledged() -> sa.ColumnElement[bool]:
    """Whether a line asks for more than is pledged for it and paid out."""
    more = sa.and_(BudgetLine.amount > BudgetLine.pledged, BudgetLine.amount > BudgetLine.disbursed)
    return sa.and_(BudgetLine.released_at.is_(None), more)


def unpledged_without_consent(campaign_id: int) -> sa.Select[BudgetLine]:
    """The lines that a campaign still asks for and whose student consents to it no longer."""
    lines = sa.select(BudgetLine).join(Need, Need.id == BudgetLine.need_id)
    return lines.where(BudgetLine.campaign_id == campaign_id, unpledged(), ~holds(Purpose.PUBLISH_TEXT))


def line_columns(now: "sa.ColumnElement[datetime] | None" = None) -> "sa.Select[*tuple[Any, ...]]":
    """What `rules.budget` makes the public budget of; narrow it to one campaign."""
    return (
        sa.select(
            *(BudgetLine.label, BudgetLine.kind, BudgetLine.term, BudgetLine.alias, BudgetLine.currency),
            *(BudgetLine.amount, BudgetLine.pledged, BudgetLine.disbursed, BudgetLine.proven),
            Need.application_id,
            holds(Purpose.PUBLISH_TEXT, now).label("shown"),
            sa.and_(BudgetLine.left_at.is_not(None), BudgetLine.released_at.is_not(None)).label("gone"),
            *(BudgetLine.expired_at, BudgetLine.confirmed_on, BudgetLine.asked_again, BudgetLine.agreed),
            Outcome.kind.label("reached"),
            Outcome.reached_on,
        )
        .join(Need, Need.id == BudgetLine.need_id)
        .outerjoin(Outcome, Outcome.application_id == Need.application_id)
        .order_by(BudgetLine.id)
    )


def public_lines(campaign_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The lines of one campaign, for `rules.budget`."""
    return line_columns().where(BudgetLine.campaign_id == campaign_id)


def tells_of_several(campaign_id: "int | InstrumentedAttribute[int]") -> "sa.ScalarSelect[bool]":
    """Whether a campaign is, or was, for several students."""
    line, need = aliased(BudgetLine), aliased(Need)
    students = sa.func.count(sa.distinct(need.application_id))
    lines = sa.select(students > 1).select_from(line).join(need, need.id == line.need_id)
    return lines.where(line.campaign_id == campaign_id).scalar_subquery()


def covers_without_consent() -> sa.Select[Campaign]:
    """Campaigns whose cover shows a student though consent to it no longer holds."""
    return (
        sa.select(Campaign)
        .where(Campaign.cover_id.is_not(None), Campaign.cover_shows_student, lapsed(Purpose.PUBLISH_IMAGE))
        .where(Campaign.state.in_(PUBLIC))
        .options(joinedload(Campaign.cover))
    )


def covers_to_hide() -> sa.Select[Campaign]:
    """Campaigns whose page is hidden because consent lapsed, while their cover can still be fetched."""
    return _with_cover(Visibility.PUBLIC).where(hidden())


def covers_to_show() -> sa.Select[Campaign]:
    """Campaigns whose page is shown again, while their cover cannot be fetched."""
    without = sa.and_(Campaign.cover_shows_student, lapsed(Purpose.PUBLISH_IMAGE))
    return _with_cover(Visibility.PRIVATE).where(~hidden(), ~without)


def _with_cover(visibility: Visibility) -> sa.Select[Campaign]:
    select = sa.select(Campaign).join(Campaign.cover).options(contains_eager(Campaign.cover))
    return select.where(File.visibility == visibility, Campaign.state.in_(PUBLIC))


def due_for_a_step() -> sa.Select[int]:
    """The ids of campaigns whose state may no longer fit their deadline or figures."""
    today, state = clock.today(), Campaign.state
    over = Campaign.deadline < today
    covered = Campaign.pledged >= Campaign.asked
    arrived = Campaign.received >= Campaign.pledged
    return sa.select(Campaign.id).where(
        sa.or_(
            sa.and_(state == CampaignState.LIVE, sa.or_(over, covered)),
            sa.and_(state == CampaignState.PAUSED, over),
            sa.and_(state == CampaignState.FUNDED, sa.or_(over, ~covered, arrived)),
            sa.and_(state == CampaignState.CLOSED_SHORT, Campaign.pledged > 0),
            sa.and_(state == CampaignState.SETTLING, arrived),
        )
    )


FOLLOWED = frozenset(set(CampaignState) - {CampaignState.CANCELLED, CampaignState.CLOSED})
"""Campaigns whose lines still follow the costs behind them."""


def _followed_lines() -> sa.Select[BudgetLine]:
    """Lines of open campaigns with the needs behind them; what has gone to the school whole needs no more word."""
    unsent = sa.or_(BudgetLine.disbursed < BudgetLine.amount, Campaign.published_at.is_(None))
    return (
        sa.select(BudgetLine)
        .join(Campaign, Campaign.id == BudgetLine.campaign_id)
        .join(Need, Need.id == BudgetLine.need_id)
        .where(Campaign.state.in_(FOLLOWED), BudgetLine.released_at.is_(None), unsent)
    )


def lapsed_lines() -> sa.Select[BudgetLine]:
    """Lines that count as confirmed although nobody's word for the cost holds any more."""
    return _followed_lines().where(BudgetLine.expired_at.is_(None), ~students.verified())


def confirmed_again() -> sa.Select[BudgetLine]:
    """Lines that count as expired although somebody has made sure of the cost again."""
    again = sa.select(BudgetLine).join(Need, Need.id == BudgetLine.need_id)
    return again.where(BudgetLine.expired_at.is_not(None), students.verified())


def unconfirmed(campaign_id: int) -> sa.Select[int]:
    """The ids of a campaign's lines that nobody's word holds for now."""
    mine = sa.select(BudgetLine.id).join(Need, Need.id == BudgetLine.need_id)
    return mine.where(BudgetLine.campaign_id == campaign_id, ~students.verified())


def line_of(need_id: int) -> "sa.Select[int, int]":
    """The line that asks for a need in a campaign that is open, and its campaign: (id, campaign_id)."""
    return (
        sa.select(BudgetLine.id, BudgetLine.campaign_id)
        .join(Campaign, Campaign.id == BudgetLine.campaign_id)
        .where(BudgetLine.need_id == need_id, BudgetLine.released_at.is_(None), Campaign.state.in_(FOLLOWED))
    )


def pledged_for(need_id: int) -> sa.Select[int]:
    """What is pledged for a need in the campaign that asks for it, in minor units."""
    return sa.select(BudgetLine.pledged).where(BudgetLine.need_id == need_id, BudgetLine.released_at.is_(None))


_GONE = sa.and_(BudgetLine.left_at.is_not(None), BudgetLine.released_at.is_not(None))
_OUT = sa.or_(sa.and_(Campaign.published_at.is_(None), BudgetLine.expired_at.is_not(None)), _GONE)
GOAL = sa.cast(sa.func.coalesce(sa.func.sum(sa.case((_OUT, 0), else_=BudgetLine.amount)), 0), sa.BigInteger)
"""What a campaign's lines add up to, without students who left; before it is public, only the confirmed ones count."""


def goals() -> sa.Select[str, int, int]:
    """The goal of each campaign: (slug, kept, real)."""
    return (
        sa.select(Campaign.slug, Campaign.asked, GOAL)
        .outerjoin(BudgetLine, BudgetLine.campaign_id == Campaign.id)
        .group_by(Campaign.id, Campaign.slug, Campaign.asked)
    )


def wrong_goals() -> sa.Select[str, int, int]:
    """Campaigns whose goal differs from the sum of their lines: (slug, kept, real)."""
    return goals().having(Campaign.asked != GOAL)

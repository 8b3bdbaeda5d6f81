"""Finding campaigns, by what the viewer may see."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit.models import AuditEntry
from campaigns.campaign.models import BudgetLine, Campaign, Revision
from campaigns.campaign.states import CampaignState
from campaigns.kit import clock
from campaigns.student.models import Application, Need

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

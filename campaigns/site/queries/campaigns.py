"""What the public list of campaigns reads."""

from typing import Any

import sqlalchemy as sa

from campaigns.account.models import Organisation
from campaigns.account.states import OrganisationKind
from campaigns.campaign import search
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.queries import hidden, lapsed
from campaigns.campaign.states import PUBLIC, CampaignState
from campaigns.file.models import File
from campaigns.file.states import Visibility
from campaigns.student.states import NeedKind, Purpose

STATES = {
    "open": frozenset({CampaignState.LIVE}),
    "funded": frozenset({CampaignState.FUNDED}),
    "finished": PUBLIC - {CampaignState.LIVE, CampaignState.PAUSED, CampaignState.FUNDED},
}
"""What a visitor can choose between."""

COUNTRIES = (
    sa.select(Campaign.country)
    .where(Campaign.country.is_not(None), Campaign.published_at.is_not(None))
    .distinct()
    .order_by(Campaign.country)
)
"""The countries that campaigns are in, for the filter."""

COMMUNITY = sa.select(Organisation.id, Organisation.name).where(
    Organisation.kind == OrganisationKind.COMMUNITY, Organisation.slug == sa.bindparam("slug")
)


def cards(
    *, typed: str = "", state: str = "", country: str = "", kind: str = "", community_id: int | None = None
) -> "sa.Select[*tuple[Any, ...]]":
    """The columns of public campaigns that may be shown, narrowed; page them by `Campaign.published_at, .id`.

    What is not one of the choices narrows nothing.
    """
    select = _shown()
    if state in STATES:
        select = select.where(Campaign.state.in_(STATES[state]))
    if country:
        select = select.where(Campaign.country == country)
    if kind in set(NeedKind):
        select = select.where(sa.exists().where(BudgetLine.campaign_id == Campaign.id, BudgetLine.kind == kind))
    if community_id is not None:
        select = select.where(Campaign.organisation_id == community_id)
    found = search.matching(typed)
    return select if found is None else select.where(found)


def _shown() -> "sa.Select[*tuple[Any, ...]]":
    parts = (Campaign.asked, Campaign.pledged, Campaign.received, Campaign.disbursed, Campaign.proven)
    cover_hidden = sa.and_(Campaign.cover_shows_student, lapsed(Purpose.PUBLISH_IMAGE))
    return (
        sa.select(
            Campaign.id,
            Campaign.slug,
            Campaign.state,
            Campaign.title,
            Campaign.summary,
            Campaign.country,
            Campaign.level,
            Campaign.deadline,
            Campaign.published_at,
            Campaign.currency,
            *parts,
            Campaign.cover_alt,
            Organisation.name.label("community_name"),
            sa.case((cover_hidden, None), else_=File.ref).label("cover_ref"),
        )
        .join(Organisation, Organisation.id == Campaign.organisation_id)
        .outerjoin(File, sa.and_(File.id == Campaign.cover_id, File.visibility == Visibility.PUBLIC))
        # Published is what has a date; cancelled is the one such state that visitors do not see.
        .where(Campaign.published_at.is_not(None), Campaign.state.not_in(set(CampaignState) - PUBLIC))
        .where(~hidden())
    )

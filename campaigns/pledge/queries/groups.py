"""One pledge over several campaigns: what can be chosen, and its parts."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaigns.campaign.models import Campaign
from campaigns.campaign.queries import hidden
from campaigns.campaign.states import OPEN_FOR_PLEDGES
from campaigns.kit import clock
from campaigns.kit.links import SignedLink
from campaigns.pledge.models import Instalment, Pledge, PledgeGroup
from campaigns.pledge.states import DUE_NOW, PledgeStatus

PURPOSE = "pledge.confirm_group"
MOST_OFFERED = 30

UNCOVERED = Campaign.asked - Campaign.pledged - Campaign.held


def to_choose(organisation_id: int, currency: str) -> "sa.Select[*tuple[Any, ...]]":
    """Campaigns of a community that take pledges now, those that end first before others: columns only."""
    return (
        sa.select(Campaign.id, Campaign.slug, Campaign.title, UNCOVERED.label("uncovered"))
        .where(Campaign.organisation_id == organisation_id, Campaign.currency == currency, UNCOVERED > 0)
        .where(Campaign.state.in_(OPEN_FOR_PLEDGES), Campaign.deadline >= clock.today(), ~hidden())
        .order_by(Campaign.deadline, Campaign.id)
        .limit(MOST_OFFERED)
    )


def chosen(organisation_id: int, ids: Collection[int]) -> sa.Select[Campaign]:
    """These campaigns, where the community has them and the public may see them, with the community."""
    public = sa.select(Campaign).where(Campaign.organisation_id == organisation_id, Campaign.id.in_(ids), ~hidden())
    return public.options(joinedload(Campaign.organisation)).order_by(Campaign.id)


def by_once(once: str) -> sa.Select[PledgeGroup]:
    """The group that a form with this `once` has made."""
    return sa.select(PledgeGroup).where(PledgeGroup.once == once)


def whole(group_id: int) -> sa.Select[PledgeGroup]:
    """A group as it is now, with its parts, their campaigns and their instalments."""
    return _full().where(PledgeGroup.id == group_id)


def by_ref(ref: str) -> sa.Select[PledgeGroup]:
    """The same for whoever has shown that it is theirs."""
    return _full().where(PledgeGroup.ref == ref)


def confirmed_with(token_hash: str) -> sa.Select[PledgeGroup]:
    """The group that was confirmed with a link, spent since, from the hash of its token."""
    link = sa.select(SignedLink.subject_id).where(
        SignedLink.token_hash == token_hash, SignedLink.purpose == PURPOSE, SignedLink.used_at.is_not(None)
    )
    return sa.select(PledgeGroup).where(PledgeGroup.id == link.scalar_subquery())


def due_together(organisation_id: int) -> sa.Select[str, str]:
    """What is due of each group of a community: (the group's reference, an instalment's)."""
    parts = sa.select(PledgeGroup.reference, Instalment.reference).join(Pledge, Pledge.group_id == PledgeGroup.id)
    due = parts.join(Instalment, Instalment.pledge_id == Pledge.id).where(Instalment.state.in_(DUE_NOW))
    return due.where(PledgeGroup.organisation_id == organisation_id).order_by(Instalment.id)


def _full() -> sa.Select[PledgeGroup]:
    parts = selectinload(PledgeGroup.pledges)
    return (
        sa.select(PledgeGroup)
        .options(joinedload(PledgeGroup.organisation), parts.joinedload(Pledge.campaign))
        .options(parts.selectinload(Pledge.instalments))
        .execution_options(populate_existing=True)
    )


def torn() -> "sa.Select[str, int]":
    """Groups without a part, or whose parts are of several communities, sponsors or currencies: (ref, parts).

    A part that was moved to another campaign by its sponsor stays a part.
    """
    kinds = (Pledge.organisation_id, Pledge.currency)
    several = sa.or_(*(sa.func.count(sa.distinct(kind)) > 1 for kind in kinds))
    foreign = sa.func.max(sa.case((Pledge.organisation_id != PledgeGroup.organisation_id, 1), else_=0)) == 1
    half = sa.and_(
        sa.func.max(sa.case((Pledge.status == PledgeStatus.PROMISED, 1), else_=0)) == 1,
        sa.func.max(sa.case((Pledge.confirmed_at.is_not(None), 1), else_=0)) == 1,
    )
    return (
        sa.select(PledgeGroup.ref, sa.func.count(Pledge.id))
        .outerjoin(Pledge, Pledge.group_id == PledgeGroup.id)
        .group_by(PledgeGroup.id, PledgeGroup.ref)
        .having(sa.or_(sa.func.count(Pledge.id) == 0, several, foreign, half))
    )

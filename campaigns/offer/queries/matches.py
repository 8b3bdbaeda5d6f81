"""Which offers that match others' pledges do not stand where they should."""

import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.campaign.states import OPEN_FOR_PLEDGES, CampaignState
from campaigns.kit import clock, db
from campaigns.offer.models import Match, Offer
from campaigns.offer.states import OfferKind, OfferState
from campaigns.pledge.models import Pledge
from campaigns.pledge.queries.waiting import OVER
from campaigns.pledge.states import COUNTED

_other = sa.orm.aliased(Pledge)

OTHERS = (
    sa.select(db.total(_other.amount))
    .where(
        _other.campaign_id == Offer.campaign_id,
        _other.status.in_(COUNTED),
        _other.confirmed_at >= Offer.confirmed_at,
        sa.func.lower(_other.email) != sa.func.lower(Offer.email),
        _other.id.not_in(sa.select(Match.pledge_id).where(Match.pledge_id.is_not(None))),
    )
    .correlate(Offer)
    .scalar_subquery()
)
"""What others have pledged since it stands, in minor units; what matches others is not matched."""

_share = OTHERS * Match.rate // 100
WANTED = sa.case((_share >= Offer.amount, Offer.amount), else_=_share)
"""What it should add, had the campaign room for all of it: the rate of what others pledged, up to the cap."""


def off() -> sa.Select[int]:
    """The ids of offers that should add more or less than they do, or whose pledge or campaign is decided."""
    lacks = Campaign.asked - Campaign.pledged - Campaign.held
    takes = sa.and_(Campaign.state.in_(OPEN_FOR_PLEDGES), Campaign.deadline >= clock.today(), lacks > 0)
    decided = sa.or_(
        *(Pledge.ended_at.is_not(None), Pledge.amount != Match.matched),
        *(Pledge.reached_at.is_not(None), Pledge.missed_at.is_not(None)),
        sa.and_(Match.pledge_id.is_(None), Campaign.state.in_({*OVER, CampaignState.CANCELLED})),
    )
    return (
        sa.select(Offer.id)
        .join(Match, Match.offer_id == Offer.id)
        .join(Campaign, Campaign.id == Offer.campaign_id)
        .outerjoin(Pledge, Pledge.id == Match.pledge_id)
        .where(Offer.kind == OfferKind.MATCH, Offer.state == OfferState.STANDING)
        .where(sa.or_(sa.and_(Match.matched < WANTED, takes), Match.matched > WANTED, decided))
        .order_by(Offer.id)
    )


def wanted(offer_id: int) -> sa.Select[int]:
    """What an offer should add, had the campaign room for all of it."""
    select = sa.select(WANTED).select_from(Offer).join(Match, Match.offer_id == Offer.id)
    return select.where(Offer.id == offer_id)


def above_cap() -> "sa.Select[str, int, int]":
    """Offers that match more than they offered: (ref, matched, cap)."""
    select = sa.select(Offer.ref, Match.matched, Offer.amount).join(Match, Match.offer_id == Offer.id)
    return select.where(Match.matched > Offer.amount)

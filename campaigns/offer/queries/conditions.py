"""Which conditional offers have come true: what others pledged, which other companies did, who signed."""

from datetime import date

import sqlalchemy as sa

from campaigns.ask.models import Ask, Signature
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.queries import hidden
from campaigns.campaign.states import OPEN_FOR_PLEDGES, CampaignState
from campaigns.kit import clock, db
from campaigns.offer.models import Condition, Offer, Rest
from campaigns.offer.states import ConditionKind, OfferKind, OfferState, Otherwise
from campaigns.pledge.models import Pledge
from campaigns.pledge.states import COUNTED
from campaigns.student.models import Need

_by_others = sa.and_(
    Pledge.campaign_id == Offer.campaign_id,
    Pledge.status.in_(COUNTED),
    sa.func.lower(Pledge.email) != sa.func.lower(Offer.email),
)

RAISED = sa.select(db.total(Pledge.amount)).where(_by_others).correlate(Offer).scalar_subquery()
"""What others than whoever made the offer have pledged, in minor units."""

_company = sa.func.coalesce(sa.cast(Pledge.company_id, sa.String), sa.func.lower(Pledge.organisation_name))
_own = sa.func.lower(sa.func.coalesce(Offer.organisation_name, ""))

COMPANIES = (
    sa.select(sa.func.count(sa.distinct(_company)))
    .where(_by_others, Pledge.organisation_name.is_not(None), sa.func.lower(Pledge.organisation_name) != _own)
    .correlate(Offer)
    .scalar_subquery()
)
"""How many other companies have pledged, each counted once."""

SIGNATURES = (
    sa.select(sa.func.count(sa.distinct(Signature.email_hash)))
    .join(Ask, Ask.id == Signature.ask_id)
    .where(Ask.campaign_id == Offer.campaign_id, Signature.confirmed_at.is_not(None), Signature.removed_at.is_(None))
    .correlate(Offer)
    .scalar_subquery()
)
"""How many people have signed the campaign's letters, each counted once."""

SO_FAR = sa.case(
    (Condition.kind == ConditionKind.RAISED, RAISED),
    (Condition.kind == ConditionKind.COMPANIES, COMPANIES),
    else_=SIGNATURES,
)


def _waiting() -> sa.Select[int]:
    return (
        sa.select(Offer.id)
        .join(Condition, Condition.offer_id == Offer.id)
        .where(Offer.kind == OfferKind.CONDITION, Offer.state == OfferState.STANDING)
        .order_by(Offer.id)
    )


def come_true(today: date) -> sa.Select[int]:
    """The ids of offers whose condition holds now, in time, and has not been noted as met."""
    return _waiting().where(Condition.met_at.is_(None), Offer.until >= today, Condition.threshold <= SO_FAR)


def to_fulfil() -> sa.Select[int]:
    """The ids of offers whose condition is met and whose campaign is not paused: now they become pledges."""
    met = _waiting().join(Campaign, Campaign.id == Offer.campaign_id).where(Condition.met_at.is_not(None))
    return met.where(Campaign.state != CampaignState.PAUSED)


def so_far(offer_id: int) -> sa.Select[int]:
    """How far an offer's condition has come."""
    return (
        sa.select(SO_FAR).select_from(Offer).join(Condition, Condition.offer_id == Offer.id).where(Offer.id == offer_id)
    )


def open_rests(choice: Otherwise) -> sa.Select[int]:
    """The ids of the offers of which something is left, to go where this choice says."""
    return sa.select(Rest.offer_id).where(Rest.choice == choice, Rest.settled_at.is_(None)).order_by(Rest.offer_id)


def elsewhere(rest: Rest) -> sa.Select[Campaign]:
    """The community's other campaigns that take pledges now: first what the rest completes, then what lacks most."""
    lacks = Campaign.asked - Campaign.pledged - Campaign.held
    return (
        sa.select(Campaign)
        .where(
            Campaign.organisation_id == rest.organisation_id,
            Campaign.id != rest.campaign_id,
            Campaign.state.in_(OPEN_FOR_PLEDGES),
            Campaign.currency == rest.currency,
            Campaign.deadline >= clock.today(),
            lacks > 0,
            ~hidden(),
        )
        .order_by(sa.case((lacks >= rest.amount, lacks), else_=sa.literal(2**53) - lacks), Campaign.id)
    )


def next_term() -> "sa.Select[int, int]":
    """What waits for the next campaign of the same students, where there is one: (offer id, that campaign's id)."""
    mine, theirs = sa.orm.aliased(Need), sa.orm.aliased(Need)
    before, later = sa.orm.aliased(BudgetLine), sa.orm.aliased(BudgetLine)
    return (
        sa.select(Rest.offer_id, sa.func.min(Campaign.id))
        .join(before, before.campaign_id == Rest.campaign_id)
        .join(mine, mine.id == before.need_id)
        .join(theirs, theirs.application_id == mine.application_id)
        .join(later, later.need_id == theirs.id)
        .join(Campaign, Campaign.id == later.campaign_id)
        .where(
            Rest.choice == Otherwise.NEXT_TERM,
            Rest.settled_at.is_(None),
            Campaign.id != Rest.campaign_id,
            Campaign.state.in_(OPEN_FOR_PLEDGES),
            Campaign.published_at > Rest.made_at,
            ~hidden(),
        )
        .group_by(Rest.offer_id)
        .order_by(Rest.offer_id)
    )

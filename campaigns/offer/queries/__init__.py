"""Finding offers, by what the viewer may see."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns.access import Action, organisations_of
from campaigns.account.models import User
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.queries import hidden
from campaigns.campaign.states import ENDED_EARLY, PUBLIC
from campaigns.kit.links import SignedLink
from campaigns.offer.models import Condition, Gift, HeldPart, Hold, Offer
from campaigns.offer.states import OfferKind, OfferState

PURPOSE = "offer.confirm"

BY_ONCE = sa.select(Offer).where(Offer.once == sa.bindparam("once"))
"""The offer that a form with this `once` has made."""


def public_campaign(slug: str) -> sa.Select[Campaign]:
    """A campaign that anybody may see now, with its community."""
    shown = sa.select(Campaign).where(Campaign.slug == slug, Campaign.state.in_(PUBLIC), ~hidden())
    return shown.options(joinedload(Campaign.organisation))


def whole(offer_id: int) -> sa.Select[Offer]:
    """An offer as it is now, with its campaign, community and what belongs to its kind."""
    return _whole().where(Offer.id == offer_id).execution_options(populate_existing=True)


def by_ref(ref: str) -> sa.Select[Offer]:
    """The same, for whoever has shown that it is theirs."""
    return _whole().where(Offer.ref == ref)


def _whole() -> sa.Select[Offer]:
    community = joinedload(Offer.campaign).joinedload(Campaign.organisation)
    kinds = (joinedload(kind) for kind in (Offer.hold, Offer.condition, Offer.match, Offer.gift, Offer.pledge))
    return sa.select(Offer).options(community, *kinds)


def confirmed_with(token_hash: str) -> sa.Select[Offer]:
    """The offer that was confirmed with a link, spent since, from the hash of its token."""
    link = sa.select(SignedLink.subject_id).where(
        SignedLink.token_hash == token_hash, SignedLink.purpose == PURPOSE, SignedLink.used_at.is_not(None)
    )
    return sa.select(Offer).where(Offer.id == link.scalar_subquery(), Offer.confirmed_at.is_not(None))


def spent_by(campaign_id: int, company_key: str) -> sa.Select[Hold]:
    """What a company reserves in a campaign now, or has reserved without a pledge."""
    return sa.select(Hold).where(Hold.campaign_id == campaign_id, Hold.company_key == company_key, Hold.spent)


def held_parts(offer_id: int) -> sa.Select[HeldPart]:
    """The lines that an offer reserves, in their order."""
    return sa.select(HeldPart).where(HeldPart.offer_id == offer_id).order_by(HeldPart.line_id)


def unconfirmed(before: datetime, limit: int) -> sa.Select[int]:
    """The ids of offers made before then that nobody has confirmed."""
    asked = sa.select(Offer.id).where(Offer.state == OfferState.ASKED, Offer.created_at < before)
    return asked.order_by(Offer.id).limit(limit)


def run_out(today: date, limit: int) -> sa.Select[int]:
    """The ids of offers whose last day has passed; what is met by then becomes a pledge."""
    standing = sa.select(Offer.id).outerjoin(Condition, Condition.offer_id == Offer.id)
    standing = standing.where(Offer.state == OfferState.STANDING, Offer.until < today, Condition.met_at.is_(None))
    return standing.order_by(Offer.until, Offer.id).limit(limit)


def to_remind(until: date, limit: int) -> sa.Select[int]:
    """The ids of offers whose last day is `until` or before, and whose makers have not been told so."""
    holds = sa.select(Offer.id).where(Offer.kind == OfferKind.HOLD, Offer.state == OfferState.STANDING)
    return holds.where(Offer.until <= until, Offer.reminded_at.is_(None)).order_by(Offer.until, Offer.id).limit(limit)


def orphaned(limit: int) -> sa.Select[int]:
    """The ids of offers that stand for a campaign which has ended early."""
    standing = sa.select(Offer.id).join(Offer.campaign).outerjoin(Condition, Condition.offer_id == Offer.id)
    standing = standing.where(Offer.state == OfferState.STANDING, Condition.met_at.is_(None))
    standing = standing.where(Offer.kind != OfferKind.MATCH)  # due at the end, by its own rule
    return standing.where(Campaign.state.in_(ENDED_EARLY)).order_by(Offer.id).limit(limit)


def team_list(user: User, organisation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The columns of the team's list of confirmed offers, for `paging.page` by `Offer.id`."""
    return (
        sa.select(
            *(Offer.id, Offer.ref, Offer.kind, Offer.state, Offer.amount, Offer.currency, Offer.until),
            *(Offer.name, Offer.organisation_name, Offer.email, Offer.confirmed_at),
            *(Gift.what, Gift.received_by, Gift.received_on),
            *(Campaign.title.label("campaign"), Campaign.slug.label("campaign_slug")),
        )
        .join(Offer.campaign)
        .outerjoin(Gift, Gift.offer_id == Offer.id)
        .where(Offer.organisation_id == organisation_id, Offer.confirmed_at.is_not(None))
        .where(Offer.organisation_id.in_(organisations_of(user, Action.SEE_MONEY)))
    )


def open_lines(campaign_id: int) -> sa.Select[BudgetLine]:
    """The lines of a campaign that a gift may fulfil."""
    asked = sa.select(BudgetLine).where(BudgetLine.campaign_id == campaign_id, BudgetLine.released_at.is_(None))
    return asked.where(BudgetLine.left_at.is_(None)).order_by(BudgetLine.id)


def visible_to(user: User) -> sa.Select[Offer]:
    """The offers to communities whose money this person may see."""
    return _whole().where(Offer.organisation_id.in_(organisations_of(user, Action.SEE_MONEY)))

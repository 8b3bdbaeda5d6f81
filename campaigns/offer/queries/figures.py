"""Kept figures that differ from what they are kept of: for `check`."""

import sqlalchemy as sa

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.kit import db
from campaigns.offer.models import Gift, HeldPart, Offer
from campaigns.offer.states import OfferKind, OfferState


def wrong_held() -> "sa.Select[str, int, int]":
    """Campaigns whose kept reserved figure differs from what is reserved: (slug, kept, real)."""
    real = db.total(Offer.amount)
    holds = sa.and_(Offer.campaign_id == Campaign.id, Offer.kind == OfferKind.HOLD, Offer.state == OfferState.STANDING)
    return (
        sa.select(Campaign.slug, Campaign.held, real)
        .outerjoin(Offer, holds)
        .group_by(Campaign.id, Campaign.slug, Campaign.held)
        .having(Campaign.held != real)
    )


def wrong_held_lines() -> "sa.Select[int, int, int]":
    """Budget lines whose kept reserved figure differs from what is reserved of them: (id, kept, real)."""
    real = db.total(HeldPart.amount)
    return (
        sa.select(BudgetLine.id, BudgetLine.held, real)
        .outerjoin(HeldPart, HeldPart.line_id == BudgetLine.id)
        .group_by(BudgetLine.id, BudgetLine.held)
        .having(BudgetLine.held != real)
    )


def wrong_given() -> "sa.Select[int, int, int]":
    """Budget lines whose kept figure of gifts differs from the gifts that schools have received: (id, kept, real)."""
    real = db.total(Offer.amount)
    received = sa.and_(Offer.id == Gift.offer_id, Offer.state == OfferState.RECEIVED)
    return (
        sa.select(BudgetLine.id, BudgetLine.given, real)
        .outerjoin(Gift, Gift.line_id == BudgetLine.id)
        .outerjoin(Offer, received)
        .group_by(BudgetLine.id, BudgetLine.given)
        .having(BudgetLine.given != real)
    )


def wrong_holds() -> "sa.Select[str, int, int]":
    """Reservations whose parts are not what they reserve, or stay after their end: (ref, reserved, in parts)."""
    standing = sa.and_(Offer.kind == OfferKind.HOLD, Offer.state == OfferState.STANDING)
    due, real = sa.case((standing, Offer.amount), else_=0), db.total(HeldPart.amount)
    return (
        sa.select(Offer.ref, due, real)
        .outerjoin(HeldPart, HeldPart.offer_id == Offer.id)
        .group_by(Offer.id, Offer.ref, Offer.kind, Offer.state, Offer.amount)
        .having(due != real)
    )

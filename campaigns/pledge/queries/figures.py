"""Kept figures that differ from what they are kept of: for `check`."""

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.kit import db
from campaigns.pledge.models import Allocation, Pledge
from campaigns.pledge.states import COUNTED


def wrong_pledged() -> "sa.Select[str, int, int]":
    """Campaigns whose kept pledged figure differs from their pledges: (slug, kept, real)."""
    real = db.total(Pledge.amount)
    return _against_pledges(Campaign.pledged, real)


def wrong_sponsors() -> "sa.Select[str, int, int]":
    """Campaigns whose kept count of sponsors differs from their pledges: (slug, kept, real)."""
    return _against_pledges(Campaign.sponsor_count, sa.func.count(Pledge.id))


def _against_pledges(kept: InstrumentedAttribute[int], real: sa.ColumnElement[int]) -> "sa.Select[str, int, int]":
    counted = sa.and_(Pledge.campaign_id == Campaign.id, Pledge.status.in_(COUNTED))
    return (
        sa.select(Campaign.slug, kept, real)
        .outerjoin(Pledge, counted)
        .group_by(Campaign.id, Campaign.slug, kept)
        .having(kept != real)
    )


def wrong_lines() -> "sa.Select[int, int, int]":
    """Budget lines whose kept pledged figure differs from what stands for them: (id, kept, real)."""
    real = db.total(Allocation.amount)
    return (
        sa.select(BudgetLine.id, BudgetLine.pledged, real)
        .outerjoin(Allocation, Allocation.line_id == BudgetLine.id)
        .group_by(BudgetLine.id, BudgetLine.pledged)
        .having(BudgetLine.pledged != real)
    )


def wrong_cover() -> "sa.Select[str, int, int]":
    """Pledges that cover more or less than they promise: (ref, promised where it counts, covered)."""
    promised = sa.case((Pledge.status.in_(COUNTED), Pledge.amount), else_=0)
    covered = db.total(Allocation.amount)
    return (
        sa.select(Pledge.ref, promised, covered)
        .outerjoin(Allocation, Allocation.pledge_id == Pledge.id)
        .group_by(Pledge.id, Pledge.ref, Pledge.status, Pledge.amount)
        .having(promised != covered)
    )

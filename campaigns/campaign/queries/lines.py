"""The lines of a budget: what they ask for, and whether the costs behind them are confirmed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.queries.consent import holds
from campaigns.campaign.states import CampaignState
from campaigns.student import queries as students
from campaigns.student.models import Need, Outcome
from campaigns.student.states import Purpose


def open_needs(organisation_id: int) -> sa.Select[Need]:
    """Needs of a community's approved students that no campaign asks for now, with application and school."""
    asked_for = sa.exists().where(BudgetLine.need_id == Need.id, BudgetLine.released_at.is_(None))
    return students.approved_needs(organisation_id).where(~asked_for)


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

"""Pledges that wait: for a campaign's goal, or for the end of a pause."""

import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.queries import renewals
from campaigns.pledge.states import DUE_NOW, UNPAID, InstalmentState, Plan

OVER = frozenset({CampaignState.CLOSED_SHORT, CampaignState.SETTLING, CampaignState.REPORTING, CampaignState.CLOSED})
"""From here no campaign comes back to asking, so a goal that was not reached will not be."""

REACHED = Campaign.funded_at >= Pledge.confirmed_at
"""The goal has been reached since this pledge began to wait; that an amount below it was taken back undoes nothing."""


def for_goal() -> sa.Select[int]:
    """The ids of confirmed pledges that wait for a goal and are neither paused nor on hold, the oldest first."""
    open_ones = sa.exists().where(Instalment.pledge_id == Pledge.id, Instalment.state.in_(UNPAID))
    return (
        sa.select(Pledge.id)
        .join(Pledge.campaign)
        .where(Pledge.plan == Plan.GOAL, Pledge.reached_at.is_(None), Pledge.missed_at.is_(None))
        .where(Pledge.confirmed_at.is_not(None), open_ones)
        .where(Pledge.paused_until.is_(None), ~renewals.on_hold(Pledge.id))
        .order_by(Pledge.id)
    )


def reached() -> sa.Select[int]:
    """Those of them whose goal has been reached."""
    return for_goal().where(REACHED)


def missed() -> sa.Select[int]:
    """Those of them whose campaign has ended without."""
    return for_goal().where(sa.or_(Campaign.funded_at.is_(None), ~REACHED), Campaign.state.in_(OVER))


def wrong_outcomes() -> "sa.Select[str, InstalmentState]":
    """Amounts that are due although their pledge waits, or not due although it waits no more: (ref, state)."""
    waits = sa.and_(Pledge.reached_at.is_(None), Pledge.missed_at.is_(None))
    due = Instalment.state.in_(DUE_NOW)
    wrong = sa.or_(sa.and_(waits, due), sa.and_(~waits, Instalment.state == InstalmentState.SCHEDULED))
    return (
        sa.select(Pledge.ref, Instalment.state)
        .join(Pledge.instalments)
        .where(Pledge.plan == Plan.GOAL, Pledge.paused_until.is_(None), wrong)
        .order_by(Instalment.id)
    )


def due_in_a_pause() -> "sa.Select[str, InstalmentState]":
    """Amounts that are due although their pledge is paused: (ref, state)."""
    due = Instalment.state.in_(DUE_NOW)
    paused = sa.select(Pledge.ref, Instalment.state).join(Pledge.instalments).where(Pledge.paused_until.is_not(None))
    return paused.where(due).order_by(Instalment.id)

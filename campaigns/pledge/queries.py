"""Finding pledges and instalments, by what the viewer may see."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaigns.access import Action, organisations_of
from campaigns.account.models import User
from campaigns.campaign.models import Campaign
from campaigns.pledge.models import Allocation, Instalment, Pledge
from campaigns.pledge.states import COUNTED, UNPAID, PledgeStatus


def visible_to(user: User) -> sa.Select[Pledge]:
    """The pledges to communities whose money this person may see."""
    return sa.select(Pledge).where(Pledge.organisation_id.in_(organisations_of(user, Action.SEE_MONEY)))


def by_ref(ref: str) -> sa.Select[Pledge]:
    """One pledge with its campaign and instalments, for whoever has shown that it is theirs."""
    return (
        sa.select(Pledge)
        .where(Pledge.ref == ref)
        .options(joinedload(Pledge.campaign).joinedload(Campaign.organisation), selectinload(Pledge.instalments))
    )


def whole(pledge_id: int) -> sa.Select[Pledge]:
    """A pledge as it is now, with its campaign and all its instalments."""
    return (
        sa.select(Pledge)
        .where(Pledge.id == pledge_id)
        .options(joinedload(Pledge.campaign), selectinload(Pledge.instalments))
        .execution_options(populate_existing=True)
    )


def unpaid(organisation_id: int) -> sa.Select[Instalment]:
    """What a community still expects, with the pledges behind it, the longest due first."""
    return (
        sa.select(Instalment)
        .join(Instalment.pledge)
        .where(Pledge.organisation_id == organisation_id, Instalment.state.in_(UNPAID))
        .where(Pledge.status != PledgeStatus.PROMISED)
        .options(joinedload(Instalment.pledge).joinedload(Pledge.campaign))
        .order_by(Instalment.due_on, Instalment.id)
    )


def allocations(pledge_id: int) -> sa.Select[Allocation]:
    """Which budget lines a pledge stands for, in their order."""
    return sa.select(Allocation).where(Allocation.pledge_id == pledge_id).order_by(Allocation.line_id)


def public_wall(campaign_id: int, limit: int) -> sa.Select[str, str, int, str, str, int]:
    """Who stands behind a campaign, newest first, as a visitor may read it: columns only.

    `name` is None for a sponsor who is not to be named; `paid` says whether all of it has arrived.
    """
    name = sa.case((Pledge.show_name, sa.func.coalesce(Pledge.organisation_name, Pledge.name)), else_=None)
    return (
        sa.select(
            name.label("name"),
            Pledge.amount,
            Pledge.currency,
            Pledge.message,
            Pledge.confirmed_at,
            (Pledge.status == PledgeStatus.FULFILLED).label("paid"),
        )
        .where(Pledge.campaign_id == campaign_id, Pledge.status.in_(COUNTED))
        .order_by(Pledge.confirmed_at.desc(), Pledge.id.desc())
        .limit(limit)
    )

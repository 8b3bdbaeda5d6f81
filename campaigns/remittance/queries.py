"""Finding orders: for the company that made them, and for whoever matches what the bank says."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaigns.kit import db
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.queries import renewals
from campaigns.pledge.states import UNPAID
from campaigns.remittance.models import RemittanceLine, RemittanceOrder
from campaigns.remittance.states import OrderState


def opened(organisation_id: int) -> sa.Select[str, str]:
    """What open orders would still pay a community: (the order's reference, an instalment's), the longest due first."""
    return (
        sa.select(RemittanceOrder.reference, Instalment.reference)
        .join(RemittanceLine, RemittanceLine.order_id == RemittanceOrder.id)
        .join(Instalment, Instalment.id == RemittanceLine.instalment_id)
        .where(RemittanceOrder.organisation_id == organisation_id, RemittanceOrder.state == OrderState.OPEN)
        .where(RemittanceLine.is_open, Instalment.state.in_(UNPAID))
        .order_by(RemittanceOrder.id, Instalment.due_on, Instalment.id)
    )


def payable(company_id: int) -> sa.Select[Instalment]:
    """What a company has to pay: instalments of confirmed pledges that nothing holds up, the longest due first."""
    return (
        sa.select(Instalment)
        .join(Instalment.pledge)
        .where(Pledge.company_id == company_id, Pledge.confirmed_at.is_not(None))
        .where(Instalment.state.in_(UNPAID), ~renewals.on_hold(Pledge.id))
        .options(joinedload(Instalment.pledge).joinedload(Pledge.campaign))
        .order_by(Instalment.due_on, Instalment.id)
    )


def in_open_orders(company_id: int) -> sa.Select[int, str]:
    """Which instalments stand in an open order of a company: (instalment id, the order's reference)."""
    return (
        sa.select(RemittanceLine.instalment_id, RemittanceOrder.reference)
        .join(RemittanceOrder, RemittanceOrder.id == RemittanceLine.order_id)
        .where(RemittanceOrder.company_id == company_id, RemittanceLine.is_open)
    )


def of_company(company_id: int) -> sa.Select[RemittanceOrder]:
    """A company's orders, newest first, with whom they pay."""
    mine = sa.select(RemittanceOrder).where(RemittanceOrder.company_id == company_id)
    return mine.options(joinedload(RemittanceOrder.community)).order_by(RemittanceOrder.id.desc())


def whole(company_id: int) -> sa.Select[RemittanceOrder]:
    """The same, each with its instalments and what they are for."""
    pledge = selectinload(RemittanceOrder.lines).joinedload(RemittanceLine.instalment).joinedload(Instalment.pledge)
    return of_company(company_id).options(pledge.joinedload(Pledge.campaign)).execution_options(populate_existing=True)


def settled_lines(limit: int) -> sa.Select[RemittanceLine]:
    """Open lines of instalments that are not unpaid any more."""
    return (
        sa.select(RemittanceLine)
        .join(Instalment, Instalment.id == RemittanceLine.instalment_id)
        .where(RemittanceLine.is_open, Instalment.state.not_in(UNPAID))
        .limit(limit)
    )


def without_open_lines() -> sa.Select[RemittanceOrder]:
    """Open orders of which nothing is unpaid any more."""
    still = sa.exists().where(RemittanceLine.order_id == RemittanceOrder.id, RemittanceLine.is_open)
    return sa.select(RemittanceOrder).where(RemittanceOrder.state == OrderState.OPEN, ~still)


def wrong_sums() -> "sa.Select[str, int, int]":
    """Orders whose amount is not the sum of their lines: (reference, amount, real)."""
    real = db.total(RemittanceLine.amount)
    return (
        sa.select(RemittanceOrder.reference, RemittanceOrder.amount, real)
        .outerjoin(RemittanceLine, RemittanceLine.order_id == RemittanceOrder.id)
        .group_by(RemittanceOrder.id, RemittanceOrder.reference, RemittanceOrder.amount)
        .having(RemittanceOrder.amount != real)
    )


def strays() -> sa.Select[str, int]:
    """Lines that are not their order's: open in one that has ended, or of another payer, payee or currency."""
    other = sa.or_(
        Pledge.company_id.is_distinct_from(RemittanceOrder.company_id),
        Pledge.organisation_id != RemittanceOrder.organisation_id,
        Pledge.currency != RemittanceOrder.currency,
        sa.and_(RemittanceLine.is_open, RemittanceOrder.state != OrderState.OPEN),
    )
    return (
        sa.select(RemittanceOrder.reference, RemittanceLine.instalment_id)
        .join(RemittanceLine, RemittanceLine.order_id == RemittanceOrder.id)
        .join(Instalment, Instalment.id == RemittanceLine.instalment_id)
        .join(Pledge, Pledge.id == Instalment.pledge_id)
        .where(other)
    )

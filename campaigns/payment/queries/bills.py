"""Finding invoices through the provider, and what is to be done about them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns.ledger.models import Movement
from campaigns.payment.models import Bill, PaymentAttempt
from campaigns.payment.states import LIVE_BILLS, UNSENT, AttemptState, Provider
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.states import UNPAID

MOST_TRIES = 50


def bill(bill_id: int) -> sa.Select[Bill]:
    """An invoice as it is now, with what it is for."""
    pledge = joinedload(Bill.instalment).joinedload(Instalment.pledge)
    select = sa.select(Bill).where(Bill.id == bill_id)
    return select.options(pledge.joinedload(Pledge.campaign)).execution_options(populate_existing=True)


def latest_of(pledge_id: int) -> sa.Select[Bill]:
    """The newest invoice for a pledge, whatever has become of it."""
    mine = sa.select(Bill).join(Bill.instalment).where(Instalment.pledge_id == pledge_id)
    return mine.order_by(Bill.id.desc()).limit(1)


def live_of(pledge_id: int) -> sa.Select[Bill]:
    """The invoice for a pledge that can still be paid."""
    return latest_of(pledge_id).where(Bill.state.in_(LIVE_BILLS))


def to_make() -> sa.Select[int]:
    """The ids of invoices that are still to be made, those first that have failed the least."""
    wanted = sa.and_(Bill.state.in_(UNSENT), Bill.end_wanted_at.is_(None), Bill.tries < MOST_TRIES)
    return sa.select(Bill.id).where(wanted).order_by(Bill.tries, Bill.id)


def moot() -> sa.Select[int]:
    """The ids of live invoices over what is not to be paid any more, and that nobody has called off yet."""
    mine = PaymentAttempt.bill_id == Bill.id
    rest = sa.exists().where(Instalment.pledge_id == Pledge.id, Instalment.state.in_(UNPAID)).correlate(Pledge)
    own_open = sa.and_(Instalment.state.in_(UNPAID), Pledge.ended_at.is_(None))
    paid_in_part = sa.and_(sa.exists().where(mine), rest, Pledge.ended_at.is_(None))
    return (
        sa.select(Bill.id)
        .join(Bill.instalment)
        .join(Instalment.pledge)
        .where(Bill.state.in_(LIVE_BILLS), Bill.end_wanted_at.is_(None), ~own_open, ~paid_in_part)
        .order_by(Bill.id)
    )


def to_end() -> sa.Select[int]:
    """The ids of invoices that are called off and not ended at the provider."""
    wanted = sa.and_(Bill.state.in_(LIVE_BILLS), Bill.end_wanted_at.is_not(None), Bill.tries < MOST_TRIES)
    return sa.select(Bill.id).where(wanted).order_by(Bill.tries, Bill.id)


def unseen(before: datetime) -> sa.Select[int]:
    """The ids of invoices that are out and were not looked at since then."""
    out = LIVE_BILLS - UNSENT
    return sa.select(Bill.id).where(Bill.state.in_(out), Bill.changed_at < before).order_by(Bill.changed_at)


def unbooked() -> "sa.Select[int, str | None]":
    """Attempts that succeeded and that no money moved for: (attempt, charge)."""
    cause = sa.literal("stripe:") + PaymentAttempt.charge_ref
    moved = sa.exists().where(Movement.kind == "payment", Movement.external_id == cause)
    succeeded = sa.and_(PaymentAttempt.provider == Provider.STRIPE, PaymentAttempt.state == AttemptState.SUCCEEDED)
    return sa.select(PaymentAttempt.id, PaymentAttempt.charge_ref).where(succeeded, ~moved)

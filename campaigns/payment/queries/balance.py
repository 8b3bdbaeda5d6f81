"""What the ledger knows of a provider's movements: for matching both ways."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.payment.models import PaymentAttempt, Refund
from campaigns.payment.states import Provider, RefundState

IN = ("payment", "fee_cover")
DISPUTES = ("dispute_taken", "dispute_returned")


def arrived(charges: Sequence[str]) -> "sa.Select[*tuple[Any, ...]]":
    """What was booked for these charges: (external id, amount)."""
    ids = [f"stripe:{charge}{part}" for charge in charges for part in ("", ":surplus")]
    return sa.select(Movement.external_id, Movement.amount).where(Movement.kind.in_(IN), Movement.external_id.in_(ids))


def attempts_with(charges: Sequence[str]) -> "sa.Select[*tuple[Any, ...]]":
    """The community of each attempt that these charges belong to: (charge, organisation id)."""
    mine = PaymentAttempt.charge_ref.in_(charges)
    return sa.select(PaymentAttempt.charge_ref, PaymentAttempt.organisation_id).where(mine)


def sent_by_us(refs: Sequence[str]) -> "sa.Select[*tuple[Any, ...]]":
    """Our refunds with these ids of the provider's: (id, organisation id, state, amount)."""
    told = (Refund.provider_ref, Refund.organisation_id, Refund.state, Refund.amount)
    return sa.select(*told).where(Refund.provider_ref.in_(refs))


def sent_elsewhere(ref: str) -> "sa.Select[str, int]":
    """What was booked for a refund that was made at the provider: (kind, amount)."""
    mine = Movement.external_id.endswith(f":{ref}", autoescape=True)
    return sa.select(Movement.kind, Movement.amount).where(Movement.kind.in_(["refund", "refund_failed"]), mine)


def taken(movements: Sequence[str]) -> "sa.Select[*tuple[Any, ...]]":
    """What was booked for these movements of disputes: (external id, kind, amount)."""
    ids = [f"stripe:{each}" for each in movements]
    told = (Movement.external_id, Movement.kind, Movement.amount)
    return sa.select(*told).where(Movement.kind.in_(DISPUTES), Movement.external_id.in_(ids))


def in_the_book(since: datetime) -> "sa.Select[*tuple[Any, ...]]":
    """What was booked since then as moved by the provider: (movement id, kind, external id, amount, currency, code)."""
    told = (Movement.id, Movement.kind, Movement.external_id, Movement.amount, Movement.currency)
    at = sa.or_(Movement.source_id == LedgerAccount.id, Movement.target_id == LedgerAccount.id)
    return (
        sa.select(*told, LedgerAccount.code)
        .join(LedgerAccount, at)
        .where(LedgerAccount.code.startswith("stripe:"), Movement.kind.in_([*IN[:1], "refund", *DISPUTES]))
        .where(Movement.at >= since)
        .order_by(Movement.id)
    )


def sent_since(since: datetime) -> "sa.Select[*tuple[Any, ...]]":
    """Our refunds that have left through the provider since then: (its id there, organisation id, amount, currency)."""
    told = (Refund.provider_ref, Refund.organisation_id, Refund.amount, Refund.currency)
    done = sa.and_(Refund.state == RefundState.DONE, Refund.provider == Provider.STRIPE)
    return sa.select(*told).where(done, Refund.changed_at >= since).order_by(Refund.id)

"""Finding schools that the provider pays, and what it was told to send."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from campaigns.payment.models import Payee, ProviderTransfer
from campaigns.payment.states import TransferState


def payee_locked(request_id: int) -> sa.Select[Payee]:
    """A school's set-up as it is now, for a change."""
    mine = sa.select(Payee).where(Payee.request_id == request_id)
    return mine.with_for_update().execution_options(populate_existing=True)


def payee_with(account_ref: str) -> sa.Select[int]:
    """The request through which a school has set up an account, where it is not ready yet."""
    return sa.select(Payee.request_id).where(Payee.account_ref == account_ref, Payee.ready_at.is_(None))


def locked(transfer_id: int) -> sa.Select[ProviderTransfer]:
    """A transfer as it is now, for a change."""
    mine = sa.select(ProviderTransfer).where(ProviderTransfer.id == transfer_id)
    return mine.with_for_update().execution_options(populate_existing=True)


def live_for(cause: str) -> sa.Select[ProviderTransfer]:
    """What the provider was told to send for a payment, unless it refused."""
    live = ProviderTransfer.state != TransferState.REFUSED
    return sa.select(ProviderTransfer).where(ProviderTransfer.cause == cause, live)


def with_key(key: str | None) -> sa.Select[int]:
    """The id of the transfer that has this key."""
    return sa.select(ProviderTransfer.id).where(ProviderTransfer.key == key)


def latest_for(cause: str) -> sa.Select[ProviderTransfer]:
    """The last try to send a payment, whatever came of it."""
    mine = sa.select(ProviderTransfer).where(ProviderTransfer.cause == cause)
    return mine.order_by(ProviderTransfer.id.desc()).limit(1)


def unanswered(before: datetime, most: int) -> sa.Select[int]:
    """The ids of transfers about which the provider gave no clear answer, and that were not looked at since then."""
    waits = sa.and_(ProviderTransfer.state == TransferState.BEGUN, ProviderTransfer.changed_at < before)
    return sa.select(ProviderTransfer.id).where(waits).order_by(ProviderTransfer.id).limit(most)


def sent(refs: Sequence[str]) -> "sa.Select[str | None]":
    """Which of the provider's transfers with these ids are ours."""
    return sa.select(ProviderTransfer.provider_ref).where(ProviderTransfer.provider_ref.in_(refs))

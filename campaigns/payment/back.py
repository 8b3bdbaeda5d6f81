"""What Stripe says of money that goes back, of disputes, and of its balance, as plain values."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from campaigns.kit.money import Money
from campaigns.payment.answers import id_of, kept, money
from campaigns.payment.states import DisputeState


@dataclass(frozen=True)
class Return:
    """What is to be sent back of a charge."""

    key: str
    charge_ref: str
    money: Money


@dataclass(frozen=True)
class Moved:
    """One movement of our balance at Stripe: `amount` signed, before the `fee`, in minor units of `currency`."""

    ref: str
    amount: int
    fee: Money
    currency: str


@dataclass(frozen=True)
class BalanceEntry:
    """One movement of our balance at Stripe, with what it is for as that is now.

    `kind` and `source` are Stripe's own words; `amount` is that of a charge or a refund, else of the movement, signed.
    """

    ref: str
    kind: str
    source: str | None
    source_ref: str | None
    charge_ref: str | None
    amount: Money
    fee: Money
    status: str
    is_marked: bool  # a charge with the mark that our pages give


@dataclass(frozen=True)
class Claim:
    """What Stripe says of one dispute, fetched just now."""

    ref: str
    state: DisputeState
    money: Money
    intent_ref: str | None
    reason: str
    respond_by: datetime | None
    moved: tuple[Moved, ...]


CLAIMS = {
    "warning_needs_response": DisputeState.WARNING,
    "warning_under_review": DisputeState.WARNING,
    "warning_closed": DisputeState.DROPPED,
    "prevented": DisputeState.DROPPED,
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.IN_REVIEW,
    "won": DisputeState.WON,
    # An appeal is about a dispute that is lost until it is won.
    **dict.fromkeys(["lost", "appeal_needs_response", "appeal_under_review"], DisputeState.LOST),
}


def claim(found: Any) -> Claim:
    """A dispute. Raises KeyError for a status that Stripe has come to have since."""
    due = found.evidence_details.due_by if found.evidence_details else None
    return Claim(
        ref=found.id,
        state=CLAIMS[found.status],
        money=money(found.amount, found.currency),
        intent_ref=id_of(found.payment_intent),
        reason=str(found.reason).replace("_", " "),
        respond_by=datetime.fromtimestamp(due, UTC) if due else None,
        moved=tuple(moved(each) for each in found.balance_transactions),
    )


def moved(found: Any) -> Moved:
    """A movement of the balance."""
    code = found.currency.upper()
    return Moved(found.id, kept(found.amount, code).amount, kept(found.fee, code), code)


def balance_entry(found: Any) -> BalanceEntry:
    """A movement of the balance that came with its source."""
    source: Any = found.source
    kind = getattr(source, "object", None)
    marks = source.metadata.to_dict() if kind == "charge" and source.metadata else {}
    own_amount = kind in {"charge", "refund"}
    return BalanceEntry(
        ref=found.id,
        kind=found.type,
        source=kind,
        source_ref=id_of(source),
        charge_ref=id_of(source) if kind == "charge" else id_of(getattr(source, "charge", None)),
        amount=money(source.amount, source.currency) if own_amount else kept(found.amount, found.currency.upper()),
        fee=kept(found.fee, found.currency.upper()),
        status=str(getattr(source, "status", "")),
        is_marked="attempt" in marks,
    )

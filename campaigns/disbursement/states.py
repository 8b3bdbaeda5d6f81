"""The life of a payment to a school."""

from enum import StrEnum

from campaigns.kit.states import Moves


class DisbursementState(StrEnum):
    """Where a payment to a school is."""

    PROPOSED = "proposed"
    RELEASED = "released"
    PROVEN = "proven"
    RETURNED = "returned"  # all of it came back
    CANCELLED = "cancelled"


MOVES: Moves[DisbursementState] = {
    DisbursementState.PROPOSED: {DisbursementState.RELEASED, DisbursementState.CANCELLED},
    DisbursementState.RELEASED: {DisbursementState.PROVEN, DisbursementState.RETURNED},
    DisbursementState.PROVEN: {DisbursementState.RETURNED},
}

GONE_OUT = frozenset({DisbursementState.RELEASED, DisbursementState.PROVEN, DisbursementState.RETURNED})
"""The money has left, though some or all of it may be back."""

OVER = frozenset({DisbursementState.CANCELLED, DisbursementState.RETURNED})
"""It counts for nothing any more: what it was for may be paid anew."""


class ReturnedBy(StrEnum):
    """Who sent money back."""

    BANK = "bank"  # it could not be delivered
    SCHOOL = "school"

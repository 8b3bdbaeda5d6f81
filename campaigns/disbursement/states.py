"""The life of a payment to a school."""

from enum import StrEnum

from campaigns.kit.states import Moves


class DisbursementState(StrEnum):
    """Where a payment to a school is."""

    PROPOSED = "proposed"
    APPROVED = "approved"  # by both people; a file orders it at the bank
    RELEASED = "released"
    PROVEN = "proven"
    RETURNED = "returned"  # all of it came back
    CANCELLED = "cancelled"


MOVES: Moves[DisbursementState] = {
    DisbursementState.PROPOSED: {
        DisbursementState.APPROVED,
        DisbursementState.RELEASED,
        DisbursementState.CANCELLED,
    },
    DisbursementState.APPROVED: {
        DisbursementState.PROPOSED,  # the school's account has changed
        DisbursementState.RELEASED,
        DisbursementState.CANCELLED,
    },
    DisbursementState.RELEASED: {DisbursementState.PROVEN, DisbursementState.RETURNED},
    DisbursementState.PROVEN: {DisbursementState.RETURNED},
}

UNDERWAY = frozenset({DisbursementState.PROPOSED, DisbursementState.APPROVED})
"""Money is set apart for it, and has not left."""

GONE_OUT = frozenset({DisbursementState.RELEASED, DisbursementState.PROVEN, DisbursementState.RETURNED})
"""The money has left, though some or all of it may be back."""

OVER = frozenset({DisbursementState.CANCELLED, DisbursementState.RETURNED})
"""It counts for nothing any more: what it was for may be paid anew."""


class ReturnedBy(StrEnum):
    """Who sent money back."""

    BANK = "bank"  # it could not be delivered
    SCHOOL = "school"

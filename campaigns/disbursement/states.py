"""The life of a payment to a school."""

from enum import StrEnum

from campaigns.kit.states import Moves


class DisbursementState(StrEnum):
    """Where a payment to a school is."""

    PROPOSED = "proposed"
    RELEASED = "released"
    PROVEN = "proven"
    CANCELLED = "cancelled"


MOVES: Moves[DisbursementState] = {
    DisbursementState.PROPOSED: {DisbursementState.RELEASED, DisbursementState.CANCELLED},
    DisbursementState.RELEASED: {DisbursementState.PROVEN},
}

GONE_OUT = frozenset({DisbursementState.RELEASED, DisbursementState.PROVEN})
"""The money has left."""

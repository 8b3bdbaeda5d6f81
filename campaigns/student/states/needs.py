"""What a cost line pays for."""

from enum import StrEnum

from campaigns.kit.states import Moves


class NeedKind(StrEnum):
    """What a cost line pays for."""

    TUITION = "tuition"
    BOOKS = "books"
    TRANSPORT = "transport"
    DEVICE = "device"
    EXAM_FEES = "exam_fees"
    BOARDING = "boarding"
    UNIFORM = "uniform"
    OTHER = "other"


class How(StrEnum):
    """How somebody made sure of a cost."""

    FEE_NOTE = "fee_note"
    SCHOOL_CONFIRMED = "school_confirmed"
    CALLED = "called"


HOW = {
    How.FEE_NOTE: "I have seen the school's fee note or a receipt",
    How.SCHOOL_CONFIRMED: "The school confirmed it by its link",
    How.CALLED: "I called the school, on a number that is publicly known",
}
"""The same in the words of who says it."""


class CostState(StrEnum):
    """How far a cost is confirmed."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    EXPIRED = "expired"
    CHANGED = "changed"  # since somebody verified it


class ChangeState(StrEnum):
    """Where a change of a cost is."""

    PROPOSED = "proposed"
    APPLIED = "applied"
    DECLINED = "declined"


CHANGE_MOVES: Moves[ChangeState] = {ChangeState.PROPOSED: {ChangeState.APPLIED, ChangeState.DECLINED}}

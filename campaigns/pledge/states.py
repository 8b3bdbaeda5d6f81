"""A pledge's status is derived from its instalments; an instalment moves by this table."""

from enum import StrEnum

from campaigns.kit.states import Moves


class PledgeStatus(StrEnum):
    """What a pledge has come to."""

    PROMISED = "promised"  # the address is not confirmed yet; counts nowhere
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"  # paid in part
    FULFILLED = "fulfilled"
    OVERDUE = "overdue"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"  # before confirmation, or what was unpaid
    WITHDRAWN = "withdrawn"  # after confirmation, with a reason


COUNTED = frozenset({PledgeStatus.CONFIRMED, PledgeStatus.IN_PROGRESS, PledgeStatus.FULFILLED, PledgeStatus.OVERDUE})
"""What the meter counts as pledged."""


class InstalmentState(StrEnum):
    """Where one due amount is."""

    SCHEDULED = "scheduled"
    DUE = "due"
    OVERDUE = "overdue"
    PAID = "paid"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    RETURNED = "returned"  # paid, and on its way back to the sponsor


MOVES: Moves[InstalmentState] = {
    InstalmentState.SCHEDULED: {InstalmentState.DUE, InstalmentState.PAID, InstalmentState.CANCELLED},
    # Scheduled again, where a sponsor pauses the pledge or moves the day.
    InstalmentState.DUE: {
        InstalmentState.PAID,
        InstalmentState.OVERDUE,
        InstalmentState.CANCELLED,
        InstalmentState.SCHEDULED,
    },
    # Due once more, where a sponsor was asked about a changed cost and got new time, or moved the day.
    InstalmentState.OVERDUE: {
        InstalmentState.PAID,
        InstalmentState.LAPSED,
        InstalmentState.CANCELLED,
        InstalmentState.DUE,
        InstalmentState.SCHEDULED,
    },
    InstalmentState.PAID: {InstalmentState.RETURNED},
    InstalmentState.RETURNED: {InstalmentState.PAID},  # a bank that had taken it gave it back after all
}

UNPAID = frozenset({InstalmentState.SCHEDULED, InstalmentState.DUE, InstalmentState.OVERDUE})
"""Still expected."""

DUE_NOW = UNPAID - {InstalmentState.SCHEDULED}
"""Expected now."""


class Plan(StrEnum):
    """When what a sponsor promises is to be paid."""

    ONCE = "once"  # within two weeks
    TERMS = "terms"  # on days that the sponsor chose, one instalment each
    GOAL = "goal"  # once everything that the campaign asks for is pledged


class Fallback(StrEnum):
    """What a sponsor wants to happen where what the pledge waits for does not come true; asked beforehand."""

    PAY = "pay"
    RELEASE = "release"


class Method(StrEnum):
    """How a sponsor pays."""

    BANK_TRANSFER = "bank_transfer"
    CARD = "card"


class Renewal(StrEnum):
    """What a sponsor says to a changed cost."""

    AGREED = "agreed"
    TAKEN_BACK = "taken_back"  # what was not paid
    REFUND_WISHED = "refund_wished"  # of what was paid; what was not is taken back


class Surplus(StrEnum):
    """Where money goes that arrives beyond what is needed, as its sponsor chose."""

    REFUND = "refund"
    POOL = "pool"  # to students of the community who wait
    NEXT_TERM = "next_term"  # to the same students, for their next campaign

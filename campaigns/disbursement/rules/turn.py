"""Whose turn it is: a tranche waits for the proof of the one before, and everything for a receipt that is missing."""

from campaigns.disbursement import queries
from campaigns.disbursement.models import Disbursement, Tranche
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money


class NotItsTurn(Refused):
    """The payment before this one is not proven yet: this one waits for the school's receipt."""


class PlanFirst(Refused):
    """There is a plan for this school: propose its next step, or change the plan."""


class Paused(Refused):
    """Payments to a school wait because a receipt is missing."""

    def __init__(self, amount: Money) -> None:
        super().__init__(
            f"Payments from this campaign to this school are paused: {amount} still waits for the school's receipt. "
            "They go on as soon as it is here."
        )


def require_turn(campaign_id: int, school_id: int, tranche: Tranche | None) -> None:
    """Return quietly where the school may be paid now, for this tranche of its plan or outside of one.

    Raises Paused, NotItsTurn.
    """
    missing = db.session.scalars(queries.late(campaign_id, school_id).limit(1)).first()
    if missing is not None:
        raise Paused(missing.kept)
    if tranche is not None and db.session.scalars(queries.earlier_unproven(tranche)).one():
        raise NotItsTurn()


def is_late(disbursement: Disbursement) -> bool:
    """Whether the school's receipt for this payment is missing, so that what comes after it waits."""
    left = disbursement.released_at
    sent = disbursement.state is DisbursementState.RELEASED
    return sent and left is not None and left < clock.now() - queries.PROOF_DUE


def require_no_plan(campaign_id: int, school_id: int) -> None:
    """Return quietly where no step of a plan is still to come. Raises PlanFirst."""
    if db.session.scalars(queries.next_tranche(campaign_id, school_id)).first() is not None:
        raise PlanFirst()

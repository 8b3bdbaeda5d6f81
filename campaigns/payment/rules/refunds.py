"""Money that a provider gave back to a sponsor."""

import sqlalchemy as sa

from campaigns.campaign.rules import figures
from campaigns.kit import db
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.payment.gateway import Refund
from campaigns.payment.models import PaymentAttempt
from campaigns.payment.rules.attempts import open_case
from campaigns.payment.states import CaseKind


def reflect(attempt: PaymentAttempt, refund: Refund) -> None:
    """Take a refund that was made at the provider out of where the payment went, once, and tell a person.

    Where the money is no longer there (the school has it), nothing is booked: the case says so.
    """
    payment = sa.select(Movement).where(
        Movement.kind == "payment", Movement.external_id == f"stripe:{attempt.charge_ref}"
    )
    paid = db.session.scalars(payment).one_or_none()
    note = f"{refund.ref}: {refund.money}, {refund.status}"
    if paid is not None and refund.status == "succeeded" and not _take_back(paid, refund):
        note += "; not booked, for the money has gone on"
    open_case(CaseKind.REFUND_SEEN, f"refund:{refund.ref}:{refund.status}", attempt=attempt, note=note)


def _take_back(paid: Movement, refund: Refund) -> bool:
    came_from = db.session.get_one(LedgerAccount, paid.source_id)
    went_to = db.session.get_one(LedgerAccount, paid.target_id)
    cause = ("refund", f"stripe:{refund.ref}")
    try:
        with db.session.begin_nested():
            moved = ledger.move(refund.money, source=went_to, target=came_from, cause=cause, overdraw=False)
            kind, _, campaign_id = went_to.code.partition(":")
            if moved is not None and kind == "campaign":
                figures.add(int(campaign_id), received=-refund.money.amount)
    except ledger.Overdrawn:
        return False
    return True

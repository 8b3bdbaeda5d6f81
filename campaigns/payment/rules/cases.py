"""What a person must look at, until somebody says what came of it."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.payment.models import PaymentCase
from campaigns.payment.states import CaseKind

SENT_BACK_BY_HAND = frozenset({CaseKind.OVERPAID, CaseKind.PAID_AFTER_END, CaseKind.REFUND_DUE, CaseKind.REFUND_FAILED})


class ClosedBefore(Refused):
    """This case has been closed already."""


def close(case: PaymentCase, outcome: str, *, sent_back: bool = False, by: User) -> None:
    """Close a case with what came of it; `sent_back` books money that was put aside as returned by bank transfer.

    What concerns no one community is for administrators. Raises NotAllowed, ClosedBefore; Overdrawn where that
    money is not there any more.
    """
    access.require(by, Action.ADMINISTER if case.organisation_id is None else Action.RECORD_PAYMENT, case)
    db.session.refresh(case, with_for_update=True)
    if case.closed_at is not None:
        raise ClosedBefore()
    if sent_back and may_be_sent_back(case):
        _send_back(case, by)
    case.closed_at, case.closed_by_id, case.outcome = clock.now(), by.id, outcome
    audit.record(by, "payment.case_closed", case, sent_back=sent_back)


def may_be_sent_back(case: PaymentCase) -> bool:
    """Whether money came by bank transfer and waits apart; what came through a provider goes back through it."""
    return case.kind in SENT_BACK_BY_HAND and case.attempt_id is None and case.amount is not None


def _send_back(case: PaymentCase, by: User) -> None:
    amount = Money(case.amount or 0, case.currency or "")
    ledger.move(
        amount,
        source=ledger.account(f"suspense:{case.organisation_id}:{amount.currency}", amount.currency),
        target=ledger.account(f"bank:{case.organisation_id}:{amount.currency}", amount.currency),
        cause=("refund", f"case:{case.id}"),
        by=by,
        overdraw=False,
    )

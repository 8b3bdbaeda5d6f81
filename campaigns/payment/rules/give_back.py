"""Money that was paid goes back to its sponsor: it waits apart until a person, or the provider, has sent it."""

import sqlalchemy as sa

from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.payment.models import PaymentAttempt, PaymentCase
from campaigns.payment.states import AttemptState, CaseKind
from campaigns.pledge.models import Instalment, Pledge


def set_apart(pledge: Pledge, amount: Money, key: str) -> None:
    """Put `amount` of a pledge's campaign apart for its sponsor, once per `key`, as a case for the treasurer.

    What was paid by card names that payment, so that it can go back through the provider. The caller holds the
    campaign's lock and takes its figures back. Raises Overdrawn.
    """
    ledger.move(
        amount,
        source=ledger.account(f"campaign:{pledge.campaign_id}", amount.currency),
        target=ledger.account(f"suspense:{pledge.organisation_id}:{amount.currency}", amount.currency),
        cause=("refund_due", key),
        overdraw=False,
    )
    db.insert_once(
        PaymentCase,
        unless=["key"],
        organisation_id=pledge.organisation_id,
        kind=CaseKind.REFUND_DUE,
        key=f"refund_due:{key}",
        attempt_id=db.session.scalars(_card_payment(pledge.id)).first(),
        amount=amount.amount,
        currency=amount.currency,
        note=f"Pledge {pledge.ref}: its sponsor asked for this back, because a student has left.",
    )


def _card_payment(pledge_id: int) -> sa.Select[int]:
    attempts = sa.select(PaymentAttempt.id).join(Instalment, Instalment.id == PaymentAttempt.instalment_id)
    paid = PaymentAttempt.state == AttemptState.SUCCEEDED
    return attempts.where(Instalment.pledge_id == pledge_id, paid).order_by(PaymentAttempt.id.desc()).limit(1)


def waiting_for(attempt: PaymentAttempt) -> sa.Select[PaymentCase]:
    """What is set apart of this payment and has not been sent back."""
    return sa.select(PaymentCase).where(
        PaymentCase.attempt_id == attempt.id,
        PaymentCase.kind == CaseKind.REFUND_DUE,
        PaymentCase.closed_at.is_(None),
    )

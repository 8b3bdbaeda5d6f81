"""Keeping what a sponsor paid in their own currency, beside what arrived in the campaign's."""

from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.payment.models import PaymentAttempt, PresentedAmount
from campaigns.payment.models.presented import MILLIONTHS


def keep(attempt: PaymentAttempt, presented: Money | None) -> None:
    """Note it, once for a try; nothing where the sponsor paid in the campaign's own currency."""
    if presented is None or presented.currency == attempt.currency:
        return
    new = db.insert(PresentedAmount).values(
        attempt_id=attempt.id,
        amount=presented.amount,
        currency=presented.currency,
        rate_millionths=round(presented.decimal / attempt.money.decimal * MILLIONTHS),
        noted_at=clock.now(),
    )
    db.session.execute(new.on_conflict_do_nothing(index_elements=["attempt_id"]))

"""What sponsors paid in their own currency."""

import sqlalchemy as sa

from campaigns.payment.models import PaymentAttempt, PresentedAmount
from campaigns.payment.states import AttemptState
from campaigns.pledge.models import Instalment


def presented_of(pledge_id: int) -> sa.Select[int, PresentedAmount]:
    """What was paid of a pledge: (instalment, what they paid)."""
    paid = sa.select(PaymentAttempt.instalment_id, PresentedAmount).join_from(PaymentAttempt, PresentedAmount)
    mine = paid.join(Instalment, Instalment.id == PaymentAttempt.instalment_id)
    return mine.where(Instalment.pledge_id == pledge_id, PaymentAttempt.state == AttemptState.SUCCEEDED)

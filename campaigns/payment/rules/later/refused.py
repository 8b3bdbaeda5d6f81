"""What follows where a saved card was not charged: its bank asks, it needs another try, or another card."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.kit import clock, db, links
from campaigns.payment.models import ChargeMandate, PaymentAttempt, SavedMethod
from campaigns.payment.queries import saved as queries
from campaigns.payment.rules.later.ending import end_method
from campaigns.payment.rules.later.letters import tell
from campaigns.payment.states import AttemptState, MandateState
from campaigns.pledge.models import Pledge

ASKS = "authentication_required"
RETRY_AFTER = timedelta(days=3)
NO_GOOD = frozenset({"expired_card", "lost_card", "stolen_card", "pickup_card", "incorrect_number", "invalid_number"})
"""Refusals after which no further try can succeed."""


def follow(attempt: PaymentAttempt, refusal: str | None) -> None:
    """Tell the sponsor what is needed, where an attempt to charge a saved card stands still or has failed."""
    mandate = db.session.scalars(queries.mandate(attempt.mandate_id or 0)).one()
    if attempt.state is AttemptState.REQUIRES_ACTION:
        ref = mandate.pledge.ref
        url = links.url("payment.authenticate", ref=ref, k=links.sign("pledge", ref))
        tell(mandate, "authenticate", f"payment.authenticate:{attempt.id}", amount=attempt.money, url=url)
    elif attempt.state is AttemptState.FAILED:
        attempt.fault = attempt.fault or refusal
        if refusal in NO_GOOD:
            need_card(mandate.method)
        else:
            _declined(attempt, mandate)


def _declined(attempt: PaymentAttempt, mandate: ChargeMandate) -> None:
    """Say when it is tried again, or that it is not."""
    refused = sa.select(sa.func.count(PaymentAttempt.id)).where(
        PaymentAttempt.mandate_id == mandate.id,
        PaymentAttempt.instalment_id == attempt.instalment_id,
        PaymentAttempt.state == AttemptState.FAILED,
    )
    tries = db.session.scalar(refused) or 0
    again = clock.today() + RETRY_AFTER if tries < queries.MOST_TRIES else None
    if mandate.state is not MandateState.ACTIVE:
        again = None
    tell(mandate, "card_declined", f"payment.card_declined:{attempt.id}", amount=attempt.money, again=again)


def need_card(method: SavedMethod | None) -> None:
    """End a card that cannot be charged any more, and ask for another one, for each pledge it stood for."""
    for mandate in end_method(method) if method is not None else []:
        audit.record(None, "card.no_good", db.session.get_one(Pledge, mandate.pledge_id))
        tell(mandate, "card_needed", f"payment.card_needed:{mandate.id}")

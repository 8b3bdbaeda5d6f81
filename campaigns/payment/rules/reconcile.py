"""Looking after tries that have stayed unfinished: asking the provider instead of waiting for it."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.kit import clock, db
from campaigns.kit.queue import sweep
from campaigns.payment import gateway
from campaigns.payment.answers import Payment
from campaigns.payment.gateway import KEY_LASTS, Gateway
from campaigns.payment.models import PaymentAttempt
from campaigns.payment.rules import attempts, checkout, inbox
from campaigns.payment.rules.later import charging
from campaigns.payment.states import OPEN, AttemptState, CaseKind, Provider
from campaigns.pledge import queries as pledges
from campaigns.pledge.models import Instalment

PATIENCE = timedelta(minutes=10)
BATCH = 50
MINUTE_OF_THE_HOUR = 17


@sweep
def reconcile() -> None:
    """Fetch every attempt that has been unfinished and unlooked-at for ten minutes."""
    stripe = gateway.current()
    if stripe is None:
        return
    for attempt_id in _stale():
        try:
            _look_at(attempt_id, stripe)
        except (gateway.Unclear, gateway.TryLater):
            return  # the provider is not well; the next sweep asks again
        except gateway.Rejected as fault:
            _tell(attempt_id, CaseKind.PROVIDER_SAYS_OTHERWISE, fault)
        except attempts.Mismatch as fault:
            _tell(attempt_id, CaseKind.AMOUNT_MISMATCH, fault)


def _stale() -> list[int]:
    stale = sa.select(PaymentAttempt.id).where(
        PaymentAttempt.provider == Provider.STRIPE,
        PaymentAttempt.state.in_(OPEN),
        PaymentAttempt.changed_at < clock.now() - PATIENCE,
    )
    with db.reading(), db.transaction():
        return list(db.session.scalars(stale.order_by(PaymentAttempt.changed_at).limit(BATCH)))


def _look_at(attempt_id: int, stripe: Gateway) -> None:
    with db.transaction():
        attempt = attempts.held(attempt_id)
        attempt.changed_at = clock.now()
        session_ref, of_card = attempt.session_ref, attempt.mandate_id is not None
    if of_card:
        payment = charging.find(attempt_id, stripe)
    else:
        payment = stripe.checkout(session_ref) if session_ref is not None else _without_answer(attempt_id, stripe)
    with db.transaction():
        attempt = attempts.held(attempt_id)
        if payment is not None:
            attempts.reflect(attempt, payment)
        elif attempt.state in checkout.UNANSWERED:
            attempt.move_to(AttemptState.EXPIRED)  # it never took effect


def _without_answer(attempt_id: int, stripe: Gateway) -> Payment | None:
    """The page of an attempt whose answer was lost; None where there never was one.

    Within the day for which the provider remembers a key, the same question gives the same page.
    """
    with db.reading(), db.transaction():
        attempt = db.session.get_one(PaymentAttempt, attempt_id)
        instalment = db.session.get_one(Instalment, attempt.instalment_id)
        order = checkout.order_for(attempt, db.session.scalars(pledges.whole(instalment.pledge_id)).one())
        begun = attempt.created_at
    if clock.now() - begun < KEY_LASTS:
        try:
            found: str | None = stripe.open_checkout(order, waiting=False).session_ref
        except gateway.KeyReused as fault:
            _tell(attempt_id, CaseKind.KEY_REUSED, fault)
            found = stripe.find_checkout(order.key, begun)
    else:
        found = stripe.find_checkout(order.key, begun)
    return stripe.checkout(found) if found is not None else None


def _tell(attempt_id: int, kind: CaseKind, fault: Exception) -> None:
    with db.transaction():
        attempts.tell(attempts.held(attempt_id), kind, fault)


@sweep
def fetch_undelivered() -> None:
    """Once an hour, take in the events that the provider could not deliver."""
    stripe = gateway.current()
    if stripe is None or clock.now().minute != MINUTE_OF_THE_HOUR:
        return
    try:
        missed = stripe.undelivered()
    except (gateway.Unclear, gateway.TryLater, gateway.Rejected):
        return  # asked again within the hour
    with db.transaction():
        for event, body in missed:
            inbox.take_in(event, body, livemode=stripe.livemode)

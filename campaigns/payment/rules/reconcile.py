"""Looking after tries that have stayed unfinished: asking the provider instead of waiting for it."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.kit import clock, db
from campaigns.kit.errors import Busy, Refused
from campaigns.kit.queue import sweep
from campaigns.payment import gateway
from campaigns.payment.gateway import Gateway
from campaigns.payment.models import PaymentAttempt
from campaigns.payment.rules import attempts, checkout, inbox
from campaigns.payment.states import OPEN, AttemptState, CaseKind, Provider
from campaigns.pledge import queries as pledges
from campaigns.pledge.models import Instalment

PATIENCE = timedelta(minutes=10)
KEY_LASTS = timedelta(hours=24)
BATCH = 50


@sweep
def reconcile() -> None:
    """Fetch every attempt that has been unfinished and unlooked-at for ten minutes."""
    stripe = gateway.current()
    if stripe is None:
        return
    stale = sa.select(PaymentAttempt.id).where(
        PaymentAttempt.provider == Provider.STRIPE,
        PaymentAttempt.state.in_(OPEN),
        PaymentAttempt.changed_at < clock.now() - PATIENCE,
    )
    for attempt_id in db.session.scalars(stale.order_by(PaymentAttempt.changed_at).limit(BATCH)).all():
        try:
            _look_at(attempt_id, stripe)
        except (gateway.Unclear, gateway.TryLater, gateway.Rejected, Busy, Refused):
            db.session.rollback()  # still unclear: the next sweep asks again


def _look_at(attempt_id: int, stripe: Gateway) -> None:
    with db.transaction():
        attempt = attempts.held(attempt_id)
        attempt.changed_at = clock.now()
        session_ref, key, begun = attempt.session_ref, attempt.key, attempt.created_at
    if session_ref is not None:
        payment = stripe.checkout(session_ref)
    elif clock.now() - begun < KEY_LASTS:
        _ask_again(attempt_id, stripe)
        return
    else:
        found = stripe.find_checkout(key, begun)
        if found is None:
            _never_was(attempt_id)
            return
        payment = stripe.checkout(found.session_ref or "")
    with db.transaction():
        attempt = attempts.held(attempt_id)
        try:
            attempts.reflect(attempt, payment)
        except attempts.Mismatch as fault:
            attempts.open_case(CaseKind.AMOUNT_MISMATCH, f"mismatch:{attempt.id}", attempt=attempt, note=str(fault))


def _ask_again(attempt_id: int, stripe: Gateway) -> None:
    """Within the day for which the provider remembers a key, the same question gives the same page."""
    attempt = db.session.get_one(PaymentAttempt, attempt_id)
    instalment = db.session.get_one(Instalment, attempt.instalment_id)
    pledge = db.session.scalars(pledges.whole(instalment.pledge_id)).one()
    checkout.submit(attempt, checkout.order_for(attempt, pledge), stripe, waiting=False)


def _never_was(attempt_id: int) -> None:
    with db.transaction():
        attempt = attempts.held(attempt_id)
        if attempt.state is AttemptState.CREATED:
            attempt.move_to(AttemptState.CANCELLED)
        else:
            attempt.move_to(AttemptState.EXPIRED)


@sweep
def fetch_undelivered() -> None:
    """Once an hour, take in the events that the provider could not deliver."""
    stripe = gateway.current()
    if stripe is None or clock.now().minute != 17:
        return
    try:
        missed = list(stripe.undelivered())
    except (gateway.Unclear, gateway.TryLater, gateway.Rejected):
        return  # asked again within the hour
    with db.transaction():
        for event, body in missed:
            inbox.take_in(event, body, livemode=stripe.livemode)

"""The provider's events: taken in as they come, worked off one by one, in any order, each once."""

from collections.abc import Callable

import sqlalchemy as sa
import structlog

from campaigns.kit import clock, db
from campaigns.kit.queue import nudge, sweep
from campaigns.payment import gateway
from campaigns.payment.gateway import Event, Gateway, Payment
from campaigns.payment.models import ProviderEvent
from campaigns.payment.rules import attempts, refunds
from campaigns.payment.states import CaseKind, EventState, Provider

MOST_TRIES = 20
BATCH = 200

log = structlog.get_logger()


def take_in(event: Event, body: str, *, livemode: bool) -> None:
    """Keep an event, once, for `work_off`; one of the other mode is kept as ignored and logged."""
    other = event.livemode is not livemode
    if other:
        log.warning("payment.event_of_other_mode", event=event.id, livemode=event.livemode)
    new = db.insert(ProviderEvent).values(
        id=event.id,
        provider=Provider.STRIPE,
        type=event.type,
        object_ref=event.object_ref,
        livemode=event.livemode,
        body=body,
        state=EventState.IGNORED if other else EventState.RECEIVED,
        tries=0,
        received_at=clock.now(),
    )
    db.session.execute(new.on_conflict_do_nothing(index_elements=["id"]))
    nudge(work_off)


@sweep
def work_off() -> None:
    """Bring the books to what the events point to: fetched anew, so that their order does not matter."""
    stripe = gateway.current()
    if stripe is None:
        return
    waiting = sa.select(ProviderEvent.id).where(
        ProviderEvent.state == EventState.RECEIVED, ProviderEvent.tries < MOST_TRIES
    )
    for event_id in db.session.scalars(waiting.order_by(ProviderEvent.received_at).limit(BATCH)).all():
        _work_on(event_id, stripe)


def _work_on(event_id: str, stripe: Gateway) -> None:
    event = db.session.get_one(ProviderEvent, event_id)
    kind, ref = event.type, event.object_ref
    db.session.commit()  # nothing is held while the provider is asked
    try:
        settle = _read(kind, ref, stripe)
    except (gateway.Unclear, gateway.TryLater, gateway.Rejected) as fault:
        with db.transaction():
            _tried(_held(event_id), str(fault))
        return
    with db.transaction():
        event = _held(event_id)
        if event.state is EventState.RECEIVED:
            event.state = settle(event) if settle is not None else EventState.IGNORED
            event.finished_at = clock.now()


def _held(event_id: str) -> ProviderEvent:
    select = sa.select(ProviderEvent).where(ProviderEvent.id == event_id).with_for_update()
    return db.session.scalars(select.execution_options(populate_existing=True)).one()


def _tried(event: ProviderEvent, fault: str) -> None:
    event.tries, event.fault = event.tries + 1, fault[:300]
    if event.tries >= MOST_TRIES:
        attempts.open_case(
            CaseKind.PROVIDER_SAYS_OTHERWISE, f"event:{event.id}", event_id=event.id, note=f"{event.type}: {fault}"
        )


Settle = Callable[[ProviderEvent], EventState]


def _read(kind: str, ref: str | None, stripe: Gateway) -> Settle | None:
    """Fetch what an event is about; gives what to do with it, None where it is not ours to act on."""
    if ref is None:
        return None
    if kind.startswith("checkout.session."):
        page = stripe.checkout(ref)
        return lambda event: _paid(event, page)
    if kind.startswith("payment_intent."):
        intent = stripe.intent(ref)
        return lambda event: _paid(event, intent)
    if kind.startswith("refund."):
        return _refunded(ref, stripe)
    if kind == "charge.dispute.created":
        return _disputed
    return None


def _paid(event: ProviderEvent, payment: Payment) -> EventState:
    attempt = attempts.of_payment(payment)
    if attempt is None:
        return EventState.IGNORED  # another application's payment on the same account
    try:
        attempts.reflect(attempt, payment)
    except attempts.Mismatch as fault:
        attempts.open_case(
            CaseKind.AMOUNT_MISMATCH, f"mismatch:{event.id}", attempt=attempt, event_id=event.id, note=str(fault)
        )
        return EventState.QUARANTINED
    return EventState.DONE


def _refunded(ref: str, stripe: Gateway) -> Settle | None:
    refund = stripe.refund(ref)
    payment = stripe.intent(refund.intent_ref) if refund.intent_ref is not None else None
    if payment is None:
        return None

    def settle(event: ProviderEvent) -> EventState:
        # The payment first, even where its own event has not come yet.
        done = _paid(event, payment)
        attempt = attempts.of_payment(payment)
        if attempt is not None and done is EventState.DONE:
            refunds.reflect(attempt, refund)
        return done

    return settle


def _disputed(event: ProviderEvent) -> EventState:
    kind, key = CaseKind.PROVIDER_SAYS_OTHERWISE, f"dispute:{event.object_ref}"
    attempts.open_case(kind, key, event_id=event.id, note="A payment is disputed.")
    return EventState.DONE

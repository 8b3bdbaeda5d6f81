"""The provider's events: taken in as they come, worked off one by one, in any order, each once."""

from collections.abc import Callable

import sqlalchemy as sa
import structlog

from campaigns.kit import clock, db
from campaigns.kit.queue import nudge, sweep
from campaigns.payment import gateway
from campaigns.payment.answers import Event, Payment, TakenBack
from campaigns.payment.back import Claim
from campaigns.payment.gateway import Gateway
from campaigns.payment.models import ProviderEvent
from campaigns.payment.queries import refunds as find
from campaigns.payment.rules import attempts, disputes, payees, refunds, transfers
from campaigns.payment.rules.bills import paying as bills
from campaigns.payment.rules.later import mandates
from campaigns.payment.rules.refunds import settle
from campaigns.payment.states import CaseKind, EventState, Provider

MOST_TRIES = 20
BATCH = 200

Settle = Callable[[ProviderEvent], EventState]

log = structlog.get_logger()


def take_in(event: Event, body: str, *, livemode: bool) -> None:
    """Keep an event, once, for `work_off`; one of the other mode is kept as ignored and logged."""
    other = event.livemode is not livemode
    if other:
        log.warning("payment.event_of_other_mode", event_id=event.id, livemode=event.livemode)
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
    for event_id in _waiting():
        try:
            _work_on(event_id, stripe)
        except (gateway.Unclear, gateway.TryLater) as fault:
            _tried(event_id, fault, for_good=False)
            return  # the provider is not well; the next sweep asks again
        except Exception as fault:  # whatever is wrong with one event, those after it must not wait
            log.exception("payment.event_failed", event_id=event_id)
            _tried(event_id, fault, for_good=True)


def unfinished() -> sa.Select[int]:
    """How many events wait to be worked on."""
    return sa.select(sa.func.count(ProviderEvent.id)).where(ProviderEvent.state == EventState.RECEIVED)


def _waiting() -> list[str]:
    """Events not worked on yet, those first that have failed the least."""
    waiting = sa.select(ProviderEvent.id).where(ProviderEvent.state == EventState.RECEIVED).limit(BATCH)
    with db.reading(), db.transaction():
        return list(db.session.scalars(waiting.order_by(ProviderEvent.tries, ProviderEvent.received_at)))


def _work_on(event_id: str, stripe: Gateway) -> None:
    with db.reading(), db.transaction():
        event = db.session.get_one(ProviderEvent, event_id)
        kind, ref = event.type, event.object_ref
    settle = _read(kind, ref, stripe)  # nothing is held while the provider is asked
    with db.transaction():
        event = _held(event_id)
        if event.state is EventState.RECEIVED:
            event.state = settle(event) if settle is not None else EventState.IGNORED
            event.finished_at = clock.now()


def _held(event_id: str) -> ProviderEvent:
    select = sa.select(ProviderEvent).where(ProviderEvent.id == event_id).with_for_update()
    return db.session.scalars(select.execution_options(populate_existing=True)).one()


def _tried(event_id: str, fault: Exception, *, for_good: bool) -> None:
    """Count a try that failed. After many a person is told, and (`for_good`) it is not tried again."""
    with db.transaction():
        event = _held(event_id)
        event.tries, event.fault = event.tries + 1, f"{type(fault).__name__}: {fault}"[:300]
        if event.tries < MOST_TRIES:
            return
        attempts.open_case(
            CaseKind.PROVIDER_SAYS_OTHERWISE,
            f"event:{event_id}",
            attempt=attempts.of_object(event.object_ref),
            event_id=event_id,
            note=f"{event.type}: {event.fault}",
        )
        event.state = EventState.QUARANTINED if for_good else event.state


def _read(kind: str, ref: str | None, stripe: Gateway) -> Settle | None:
    """Fetch what an event is about; gives what to do with it, None where there is nothing to do."""
    if ref is None:
        return None
    if kind.startswith("checkout.session."):
        page = stripe.checkout(ref)
        if page is not None:
            return lambda event: _paid(event, page)
        saving = stripe.setup_page(ref)
        return lambda _: _if_ours(mandates.reflect(saving))
    if kind.startswith("setup_intent."):
        setup = stripe.setup(ref)
        return lambda _: _if_ours(mandates.reflect(setup))
    if kind.startswith("payment_method."):
        card = stripe.card(ref)
        return lambda _: _if_ours(mandates.look_again(card))
    if kind.startswith("mandate."):
        ended = stripe.withdrawn(ref)
        return None if ended is None else lambda _: _if_ours(mandates.withdrawn(ended))
    if kind.startswith("payment_intent."):
        intent = stripe.intent(ref)
        return lambda event: _paid(event, intent)
    if kind == "cash_balance.funds_available":
        left = stripe.left_with(ref)
        return lambda event: _if_ours(bills.tell_what_is_left(ref, left, event.id))
    if kind.startswith(("invoice.", "invoice_payment.")):
        return _bill(kind, ref, stripe)
    if kind.startswith("transfer."):
        transfer = stripe.transfer_now(ref)
        return lambda _: _if_ours(transfers.reflect(transfer))
    if kind.startswith("account."):
        payee = stripe.payee(ref)
        return lambda _: _if_ours(payees.reflect(payee))
    if kind.startswith("refund."):
        return _refunded(stripe.refund(ref), stripe)
    if kind.startswith("charge.dispute."):
        return _disputed(stripe.dispute(ref), stripe)
    return None


def _bill(kind: str, ref: str, stripe: Gateway) -> Settle | None:
    invoice = ref if kind.startswith("invoice.") else stripe.invoice_of_payment(ref)
    said = stripe.bill_or_none(invoice) if invoice is not None else None
    return None if said is None else lambda _: _if_ours(bills.reflect(said))


def _if_ours(ours: bool) -> EventState:
    return EventState.DONE if ours else EventState.IGNORED


def _paid(event: ProviderEvent, payment: Payment) -> EventState:
    attempt = attempts.of_payment(payment)
    if attempt is None:
        return EventState.IGNORED  # another application's payment on the same account
    try:
        attempts.reflect(attempt, payment)
    except attempts.Mismatch as fault:
        attempts.tell(attempt, CaseKind.AMOUNT_MISMATCH, fault, event.id)
        return EventState.QUARANTINED
    return EventState.DONE


def _refunded(refund: TakenBack, stripe: Gateway) -> Settle | None:
    if refund.intent_ref is None:
        return None
    payment = stripe.intent(refund.intent_ref)

    def take_back(event: ProviderEvent) -> EventState:
        done = _paid(event, payment)  # first, even where its own event has not come yet
        attempt = attempts.of_payment(payment)
        if attempt is not None and done is EventState.DONE:
            ours = db.session.scalar(find.known(refund.key, refund.ref))
            if ours is not None:
                settle.reflect(settle.held(ours), refund)
            else:
                refunds.reflect(attempt, refund)
        return done

    return take_back


def _disputed(claim: Claim, stripe: Gateway) -> Settle | None:
    if claim.intent_ref is None:
        return None
    payment = stripe.intent(claim.intent_ref)

    def dispute(event: ProviderEvent) -> EventState:
        done = _paid(event, payment)  # first, even where its own event has not come yet
        attempt = attempts.of_payment(payment)
        if attempt is not None and done is EventState.DONE:
            disputes.reflect(attempt, claim)
        return done

    return dispute

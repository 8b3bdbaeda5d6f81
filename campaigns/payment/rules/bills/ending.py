"""An invoice that is not to be paid any more is ended at the provider, unless somebody was faster and paid it."""

from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.kit.queue import sweep
from campaigns.payment import gateway
from campaigns.payment.gateway import Gateway
from campaigns.payment.queries import bills as queries
from campaigns.payment.rules.attempts import open_case
from campaigns.payment.rules.bills.holding import held
from campaigns.payment.rules.bills.paying import reflect
from campaigns.payment.states import LIVE_BILLS, BillState, CaseKind

BATCH = 50


@sweep
def end_bills() -> None:
    """Call off what is not to be paid any more, and end what was called off."""
    stripe = gateway.current()
    if stripe is None:
        return
    for bill_id in db.session.scalars(queries.moot().limit(BATCH)).all():
        with db.transaction():
            held(bill_id).end_wanted_at = clock.now()
    for bill_id in db.session.scalars(queries.to_end().limit(BATCH)).all():
        db.session.commit()
        try:
            _end(bill_id, stripe)
        except (gateway.Unclear, gateway.TryLater):
            return  # asked again a minute later


def _end(bill_id: int, stripe: Gateway) -> None:
    with db.reading(), db.transaction():
        bill = db.session.scalars(queries.bill(bill_id)).one()
        ref, customer, key = bill.invoice_ref, bill.customer_ref, bill.key
    ref = ref or (stripe.find_draft(customer) if customer is not None else None)
    said = None
    if ref is not None:
        _ask(ref, key, stripe)
        said = stripe.bill_or_none(ref)
    with db.transaction():
        if said is not None:
            reflect(said)
        bill = held(bill_id)
        if said is None and bill.state is not BillState.VOID:
            bill.move_to(BillState.VOID)
            audit.record(None, "bill.void", bill)
        elif bill.state in LIVE_BILLS:
            bill.tries += 1
        if said is not None and said.parts and bill.state in LIVE_BILLS:  # what becomes of the rest is for a person
            bill.tries = queries.MOST_TRIES
            note = f"Invoice {bill.number} for {bill.instalment.reference} could not be ended at Stripe."
            kind, whose = CaseKind.PROVIDER_SAYS_OTHERWISE, bill.organisation_id
            open_case(kind, f"bill:{bill.id}:not_ended", money=bill.money, organisation_id=whose, note=note)


def _ask(ref: str, key: str, stripe: Gateway) -> None:
    """Delete a draft, void what is open; a refusal is looked into afterwards."""
    said = stripe.bill_or_none(ref)
    try:
        if said is not None and said.status == "draft":
            stripe.drop_draft(ref)
        elif said is not None and said.status in {"open", "uncollectible"}:
            stripe.void(ref, key)
    except gateway.Rejected:
        pass  # paid, in whole or in part, or ended by somebody else

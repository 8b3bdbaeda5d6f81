"""What was paid of an invoice, in whichever way: booked once for each payment; the invoice follows what it says."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.queue import sweep
from campaigns.payment import gateway
from campaigns.payment.gateway.invoices import Bill as Said
from campaigns.payment.gateway.invoices import Part
from campaigns.payment.models import Bill, PaymentAttempt
from campaigns.payment.queries import bills as queries
from campaigns.payment.rules.attempts import open_case
from campaigns.payment.rules.bills.holding import held
from campaigns.payment.rules.receive import receive
from campaigns.payment.states import BILL_MOVES, AttemptState, BillState, CaseKind, Provider
from campaigns.pledge.models import Instalment

LOOK_AFTER = timedelta(hours=6)
BATCH = 50
BECAME = {"paid": BillState.PAID, "void": BillState.VOID, "uncollectible": BillState.UNCOLLECTIBLE}


def reflect(said: Said) -> bool:
    """Bring an invoice to what the provider says, and book what was paid of it; whether it is one of ours.

    Order and repetition do not matter: a payment is booked once, and money that came is never unsaid.
    """
    bill_id = db.session.scalars(sa.select(Bill.id).where(Bill.key == said.key)).one_or_none()
    if bill_id is None:
        return False
    bill = held(bill_id)
    bill.invoice_ref = bill.invoice_ref or said.ref
    for part in said.parts:
        _book(bill, part)
    state = BECAME.get(said.status)
    if state is not None and state in BILL_MOVES.get(bill.state, ()):
        bill.move_to(state)
        audit.record(None, f"bill.{state}", bill)
    _tell(bill, said)
    return True


def tell_what_is_left(customer_ref: str, left: Sequence[Money], event_id: str) -> bool:
    """Lay money that came for no open invoice before a person, once an event; whether its owner is one of ours."""
    bill = db.session.scalars(sa.select(Bill).where(Bill.customer_ref == customer_ref).limit(1)).one_or_none()
    if bill is None:
        return False
    for each in left:
        note = f"{each} of {bill.name}, for invoice {bill.number}, lies unused at the card company. Send it back there."
        key, whose = f"left:{event_id}:{each.currency}", bill.organisation_id
        open_case(CaseKind.BOOK_DIFFERS, key, organisation_id=whose, money=each, event_id=event_id, note=note)
    return True


def _book(bill: Bill, part: Part) -> None:
    """One payment, as an attempt that has succeeded: by it refunds and disputes find the way back."""
    new = db.insert(PaymentAttempt).values(
        instalment_id=bill.instalment_id,
        organisation_id=bill.organisation_id,
        bill_id=bill.id,
        provider=Provider.STRIPE,
        state=AttemptState.SUCCEEDED,
        amount=part.money.amount,
        currency=part.money.currency,
        key=f"{bill.key}:{part.ref}"[:80],
        intent_ref=part.intent_ref,
        charge_ref=part.charge_ref,
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    made = db.session.execute(new.on_conflict_do_nothing().returning(sa.column("id"))).scalar()
    if made is None:
        return
    receive(
        db.session.get_one(Instalment, bill.instalment_id),
        part.money,
        source=f"stripe:{bill.organisation_id}:{part.money.currency}",
        cause=("payment", f"stripe:{part.charge_ref}"),
        by=None,
        attempt=db.session.get_one(PaymentAttempt, made),
    )


def _tell(bill: Bill, said: Said) -> None:
    """Lay before a person what the invoice says and no payment through the provider explains."""
    what = {
        "elsewhere": f"is marked as paid outside Stripe ({said.elsewhere}): record the money where it arrived",
        "amount": f"asks for {said.total} instead of {bill.money}",
        "given_up": "is marked as uncollectible at Stripe",
    }
    true = {
        "elsewhere": bool(said.elsewhere),
        "amount": said.status not in {"draft", "void"} and said.total != bill.money,
        "given_up": said.status == "uncollectible",
    }
    for name in (each for each, holds in true.items() if holds):
        note = f"Invoice {said.number} for {bill.instalment.reference} {what[name]}."
        kind = CaseKind.AMOUNT_MISMATCH if name == "amount" else CaseKind.PROVIDER_SAYS_OTHERWISE
        money = said.elsewhere or bill.money
        open_case(kind, f"bill:{bill.id}:{name}", money=money, organisation_id=bill.organisation_id, note=note)


@sweep
def look_after_bills() -> None:
    """Ask, every few hours, what has become of an invoice that is out: its events may have been lost."""
    stripe = gateway.current()
    if stripe is None:
        return
    for bill_id in db.session.scalars(queries.unseen(clock.now() - LOOK_AFTER).limit(BATCH)).all():
        with db.transaction():
            bill = held(bill_id)
            bill.changed_at = clock.now()
            ref = bill.invoice_ref or ""
        try:
            said = stripe.bill(ref)
        except (gateway.Unclear, gateway.TryLater):
            return  # the provider is not well; the next sweep asks again
        except gateway.Rejected:
            continue
        with db.transaction():
            reflect(said)

"""An invoice is made at the provider step by step: each is committed before the next, and asked with its own key.

A step that was taken and whose answer was lost is not taken twice: within a day the key finds it, and after a try that
failed the provider is looked through first (the invoice has a customer of its own, and one item).
"""

from dataclasses import dataclass

from stdnum.eu import vat

from campaigns.audit import rules as audit
from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.kit.queue import sweep
from campaigns.payment import gateway
from campaigns.payment.gateway import Gateway
from campaigns.payment.gateway.invoices import Biller, Terms
from campaigns.payment.models import Bill
from campaigns.payment.queries import bills as queries
from campaigns.payment.rules.attempts import open_case
from campaigns.payment.rules.bills.holding import held
from campaigns.payment.states import BillState, CaseKind
from campaigns.pledge.rules.time import give_time

BATCH = 50


@sweep
def make_bills() -> None:
    """Bring every invoice that was asked for to where it is sent."""
    stripe = gateway.current()
    if stripe is None:
        return
    for bill_id in db.session.scalars(queries.to_make().limit(BATCH)).all():
        db.session.commit()
        while _step(bill_id, stripe):
            pass


def _step(bill_id: int, stripe: Gateway) -> bool:
    """Take the next step of one invoice; whether there may be another. Nothing is held while the provider is asked."""
    with db.transaction():
        bill = db.session.scalars(queries.bill(bill_id)).one()
        state, step = bill.state, STEPS.get(bill.state)
        if step is None or bill.end_wanted_at is not None:
            return False
        order = _order(bill)
    try:
        found = step(order, stripe)
    except (gateway.Unclear, gateway.TryLater) as fault:
        return _failed(bill_id, fault)
    except gateway.KeyReused as fault:
        return _failed(bill_id, fault, CaseKind.KEY_REUSED)
    except gateway.Rejected as fault:
        return _failed(bill_id, fault, CaseKind.PROVIDER_SAYS_OTHERWISE, BillState.REFUSED)
    with db.transaction():
        bill = held(bill_id)
        if bill.state is state:  # another worker may have been faster, with the same keys
            _took(bill, found)
    return True


def _took(bill: Bill, found: dict[str, object]) -> None:
    for name, value in found.items():
        if name != "state":
            setattr(bill, name, value)
    bill.tries, bill.fault = 0, None
    if isinstance(found.get("state"), BillState):
        bill.move_to(BillState(str(found["state"])))
        audit.record(None, f"bill.{bill.state}", bill)
    if bill.state is BillState.SENT and bill.due_on is not None:
        give_time(bill.instalment_id, bill.due_on)


def _failed(bill_id: int, fault: Exception, kind: CaseKind | None = None, state: BillState | None = None) -> bool:
    with db.transaction():
        bill = held(bill_id)
        bill.tries, bill.fault = bill.tries + 1, str(fault)[:300]
        if kind is not None:
            note, whose = f"Invoice for {bill.instalment.reference}: {fault}", bill.organisation_id
            open_case(kind, f"bill:{bill.id}:{kind}", money=bill.money, organisation_id=whose, note=note)
        if state is not None:
            bill.move_to(state)
    return False


@dataclass(frozen=True)
class Order:
    """An invoice as it is to be, for as long as the provider is asked and nothing is held."""

    key: str
    customer_ref: str | None
    invoice_ref: str
    again: bool  # a try has failed
    money: Money
    what: str
    biller: Biller
    terms: Terms


def _order(bill: Bill) -> Order:
    pledge = bill.instalment.pledge
    eu_vat = vat.compact(bill.tax_id) if bill.tax_id is not None and vat.is_valid(bill.tax_id) else None
    told = {"Purchase order": bill.po_number, "Tax number": None if eu_vat else bill.tax_id}
    fields = [(name, value) for name, value in told.items() if value]
    return Order(
        key=bill.key,
        customer_ref=bill.customer_ref,
        invoice_ref=bill.invoice_ref or "",
        again=bill.tries > 0,
        money=bill.money,
        what=f"Pledge {pledge.ref} for “{pledge.campaign.title}”",
        biller=Biller(bill.name, bill.email, bill.address, eu_vat),
        terms=Terms(bill.currency, bill.days, fields, f"Reference {bill.instalment.reference}"),
    )


def _begin(order: Order, stripe: Gateway) -> dict[str, object]:
    """First the customer, then the draft."""
    if order.customer_ref is None:
        return {"customer_ref": stripe.make_customer(order.biller, order.key)}
    known = stripe.find_draft(order.customer_ref) if order.again else None
    draft = known or stripe.draft(order.customer_ref, order.terms, order.key)
    return {"invoice_ref": draft, "state": BillState.DRAFT}


def _fill(order: Order, stripe: Gateway) -> dict[str, object]:
    stripe.add_item(order.customer_ref or "", order.invoice_ref, order.money, order.what, order.key)
    return {"state": BillState.FILLED}


def _open(order: Order, stripe: Gateway) -> dict[str, object]:
    stripe.finalize(order.invoice_ref, order.key)
    said = stripe.bill(order.invoice_ref)
    return {"number": said.number, "url": said.url, "due_on": said.due_on, "state": BillState.OPEN}


def _send(order: Order, stripe: Gateway) -> dict[str, object]:
    if stripe.bill(order.invoice_ref).status == "open":
        stripe.send_invoice(order.invoice_ref, order.key)
    return {"state": BillState.SENT}


STEPS = {
    BillState.ASKED: _begin,
    BillState.DRAFT: _fill,
    BillState.FILLED: _open,
    BillState.OPEN: _send,
}

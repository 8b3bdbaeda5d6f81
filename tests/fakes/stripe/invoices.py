"""Invoices: draft, with items, finalized, sent; then paid in parts, too much, elsewhere, or never."""

from typing import Any

from tests.fakes.stripe import invoice_shapes as shapes
from tests.fakes.stripe import money, objects
from tests.fakes.stripe.errors import Refusal, missing_parameter
from tests.fakes.stripe.state import Object, State

TRANSFER = {"type": "customer_balance", "customer_balance": {}}
LONGEST_FIELD = {"name": 40, "value": 140}


def create(state: State, params: dict[str, Any]) -> Object:
    """POST /v1/invoices: a draft without items, unless pending ones are asked for."""
    if "customer" not in params:
        raise missing_parameter("customer")
    customer = state.get("customer", params["customer"], "customer")
    sends = params.get("collection_method") == "send_invoice"
    if sends and not {"days_until_due", "due_date"} & params.keys():
        raise missing_parameter("days_until_due")
    fields = params.get("custom_fields", [])
    if len(fields) > 4 or any(len(each[name]) > LONGEST_FIELD[name] for each in fields for name in LONGEST_FIELD):
        raise Refusal("Up to 4 custom fields of 40 and 140 characters.", param="custom_fields")
    invoice = state.add(shapes.invoice(state, customer, params))
    state.emit("invoice.created", invoice)
    return invoice


def add_item(state: State, params: dict[str, Any]) -> Object:
    """POST /v1/invoiceitems, on a draft; one without an invoice waits for the next that includes it."""
    for name in ("customer", "amount", "currency"):
        if name not in params:
            raise missing_parameter(name)
    state.get("customer", params["customer"], "customer")
    item = state.add(shapes.item(state, params))
    if "invoice" in params:
        invoice = state.get("invoice", params["invoice"], "invoice")
        _only(invoice, "draft", "items can be added to")
        _take(state, invoice, item)
    state.emit("invoiceitem.created", item)
    return item


def _take(state: State, invoice: Object, item: Object) -> None:
    if item["currency"] != invoice["currency"]:
        raise Refusal("The invoice and its items must have the same currency.", param="currency")
    invoice["lines"]["data"].append(shapes.line(state, invoice, item))
    total = invoice["total"] + item["amount"]
    invoice |= dict.fromkeys(("subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax"), total)
    invoice |= {"amount_due": total, "amount_remaining": total}


def _only(invoice: Object, status: str, what: str) -> None:
    if invoice["status"] != status:
        raise Refusal(f"Only {status} invoices: {what} {invoice['id']}, which is {invoice['status']}.")


def finalize(state: State, params: dict[str, Any], id: str) -> Object:
    """POST …/finalize: numbered and open; one over nothing is paid at once."""
    invoice = state.get("invoice", id)
    if invoice["status"] != "draft":
        raise Refusal("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    shapes.finalized(state, invoice)
    state.emit("invoice.finalized", invoice)
    if not invoice["total"]:
        _paid(state, invoice)
        return invoice
    intent = state.add(objects.intent(state, invoice["total"], invoice["currency"], {"customer": invoice["customer"]}))
    state.add(shapes.payment(state, invoice, intent, invoice["total"], default=True))
    return invoice


def delete(state: State, params: dict[str, Any], id: str) -> Object:
    """DELETE …: a draft goes as if it had never been."""
    invoice = state.get("invoice", id)
    _only(invoice, "draft", "one can delete")
    del state.objects[id]
    state.emit("invoice.deleted", invoice)
    return {"id": id, "object": "invoice", "deleted": True}


def send(state: State, params: dict[str, Any], id: str) -> Object:
    """POST …/send: mailed to the customer; a draft is finalized by it."""
    invoice = state.get("invoice", id)
    if invoice["status"] == "draft":
        finalize(state, {}, id)
    _only(invoice, "open", "one can send")
    state.emit("invoice.sent", invoice)
    return invoice


def pay(state: State, params: dict[str, Any], id: str) -> Object:
    """POST …/pay: here only for money that came elsewhere."""
    if not params.get("paid_out_of_band"):
        raise NotImplementedError("This double knows paying an invoice out of band.")
    invoice = state.get("invoice", id)
    _payable(invoice)
    invoice |= {"amount_paid_off_stripe": invoice["amount_remaining"], "amount_remaining": 0}
    _close_default(state, invoice, "canceled")
    _paid(state, invoice)
    return invoice


def void(state: State, params: dict[str, Any], id: str) -> Object:
    """POST …/void: never to be paid. Refused where some or all of it is."""
    invoice = state.get("invoice", id)
    _payable(invoice)
    if invoice["amount_paid"]:
        raise Refusal(f"You can't void {id}: it is paid in part.", code="invoice_not_editable")
    _end(state, invoice, "void", "voided_at")
    state.emit("invoice.voided", invoice)
    return invoice


def mark_uncollectible(state: State, params: dict[str, Any], id: str) -> Object:
    """POST …/mark_uncollectible: given up, and still payable."""
    invoice = state.get("invoice", id)
    _only(invoice, "open", "one can give up")
    invoice["status"] = "uncollectible"
    invoice["status_transitions"]["marked_uncollectible_at"] = state.now()
    state.emit("invoice.marked_uncollectible", invoice)
    return invoice


def _payable(invoice: Object) -> None:
    if invoice["status"] not in ("open", "uncollectible"):
        raise Refusal(f"Invoice {invoice['id']} is {invoice['status']}.", code="invoice_not_editable")


def receive(state: State, id: str, amount: int) -> Object:
    """A bank transfer for an open invoice, of any amount; gives the invoice payment's event."""
    invoice = state.get("invoice", id)
    if invoice["status"] not in ("open", "uncollectible"):
        raise ValueError(f"Nobody can pay {id}: it is {invoice['status']}.")
    counted = min(amount, invoice["amount_remaining"])
    intent = state.add(objects.intent(state, amount, invoice["currency"], {"customer": invoice["customer"]}))
    charge = state.add(objects.charge(state, intent, "succeeded", invoice["customer_email"], TRANSFER))
    money.arrive(state, intent, charge)
    made = state.add(shapes.payment(state, invoice, intent, counted, default=False))
    made |= {"status": "paid", "amount_paid": counted}
    made["status_transitions"]["paid_at"] = state.now()
    for name, change in (
        ("amount_paid", counted),
        ("amount_remaining", -counted),
        ("amount_overpaid", amount - counted),
    ):
        invoice[name] += change
    event = state.emit("invoice_payment.paid", made)
    if amount > counted:
        state.emit("invoice.overpaid", invoice)
    _close_default(state, invoice, "canceled" if not invoice["amount_remaining"] else "open")
    if not invoice["amount_remaining"]:
        _paid(state, invoice)
    return event


def _close_default(state: State, invoice: Object, status: str) -> None:
    """The payment that was made with the invoice follows what is still to pay."""
    for each in state.all("invoice_payment"):
        if each["invoice"] == invoice["id"] and each["is_default"]:
            each |= {"status": status, "amount_requested": invoice["amount_remaining"] or each["amount_requested"]}


def _paid(state: State, invoice: Object) -> None:
    invoice |= {"status": "paid", "attempted": True}
    invoice["status_transitions"]["paid_at"] = state.now()
    state.emit("invoice.paid", invoice)


def _end(state: State, invoice: Object, status: str, when: str) -> None:
    invoice["status"] = status
    invoice["status_transitions"][when] = state.now()
    _close_default(state, invoice, "canceled")

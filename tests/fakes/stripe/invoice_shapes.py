"""The shapes of invoices, of their items and lines, and of payments made on them."""

from typing import Any

from tests.fakes.stripe.objects import DAY, nulls
from tests.fakes.stripe.state import Object, State

INVOICE_NULLS = """
    account_name account_tax_ids application automatically_finalizes_at customer_account customer_phone
    customer_shipping default_payment_method default_source description due_date effective_at ending_balance footer
    from_invoice hosted_invoice_url invoice_pdf last_finalization_error latest_revision next_payment_attempt number
    on_behalf_of parent receipt_number rendering shipping_cost shipping_details statement_descriptor test_clock
    total_pretax_credit_amounts total_taxes webhooks_delivered_at
"""
ZERO = """
    amount_due amount_overpaid amount_paid amount_remaining amount_shipping attempt_count
    post_payment_credit_notes_amount pre_payment_credit_notes_amount starting_balance subtotal
    subtotal_excluding_tax total total_excluding_tax
"""


def invoice(state: State, customer: Object, params: dict[str, Any]) -> Object:
    """A draft without lines."""
    id = state.new_id("in")
    state.terms[id] = params.get("days_until_due", 0)
    return (
        nulls(INVOICE_NULLS)
        | dict.fromkeys(ZERO.split(), 0)
        | {
            "id": id,
            "object": "invoice",
            "account_country": "DE",
            "attempted": False,
            "auto_advance": params.get("auto_advance", False),
            "automatic_tax": nulls("disabled_reason liability provider status") | {"enabled": False},
            "billing_reason": "manual",
            "collection_method": params.get("collection_method", "charge_automatically"),
            "created": state.now(),
            "currency": params.get("currency", "eur").lower(),
            "custom_fields": params.get("custom_fields"),
            "customer": customer["id"],
            "customer_address": customer["address"],
            "customer_email": customer["email"],
            "customer_name": customer["name"],
            "customer_tax_exempt": "none",
            "customer_tax_ids": [],
            "default_tax_rates": [],
            "description": params.get("description"),
            "discounts": [],
            "issuer": {"type": "self"},
            "lines": {"object": "list", "data": [], "has_more": False, "url": f"/v1/invoices/{id}/lines"},
            "livemode": state.livemode,
            "metadata": params.get("metadata", {}),
            "payment_settings": params.get("payment_settings", {}),
            "period_end": state.now(),
            "period_start": state.now(),
            "status": "draft",
            "status_transitions": nulls("finalized_at marked_uncollectible_at paid_at voided_at"),
            "total_discount_amounts": [],
        }
    )


def finalized(state: State, made: Object) -> None:
    """Number it and open it."""
    number = f"{made['customer'][-6:].upper()}-0001"
    address = f"{state.checkout_base}/i/{made['id']}"
    made |= {"status": "open", "number": number, "hosted_invoice_url": address, "invoice_pdf": f"{address}.pdf"}
    made |= {"due_date": state.now() + state.terms[made["id"]] * DAY, "effective_at": state.now()}
    made["status_transitions"]["finalized_at"] = state.now()


def item(state: State, params: dict[str, Any]) -> Object:
    """Something to be paid for."""
    now = state.now()
    return {
        "id": state.new_id("ii"),
        "object": "invoiceitem",
        "amount": params["amount"],
        "currency": params["currency"].lower(),
        "customer": params["customer"],
        "customer_account": None,
        "date": now,
        "description": params.get("description"),
        "discountable": True,
        "discounts": [],
        "invoice": params.get("invoice"),
        "livemode": state.livemode,
        "metadata": params.get("metadata", {}),
        "net_amount": params["amount"],
        "parent": None,
        "period": {"start": now, "end": now},
        "pricing": None,
        "proration": False,
        "quantity": 1,
        "tax_rates": [],
        "test_clock": None,
    }


def line(state: State, made: Object, item: Object) -> Object:
    """An item as it stands on its invoice."""
    same = ("amount", "currency", "description", "discountable", "livemode", "metadata", "period", "quantity")
    return {name: item[name] for name in same} | {
        "id": state.new_id("il"),
        "object": "line_item",
        "discount_amounts": [],
        "discounts": [],
        "invoice": made["id"],
        "parent": {"type": "invoice_item_details", "invoice_item_details": {"invoice_item": item["id"]}},
        "pretax_credit_amounts": [],
        "pricing": None,
        "subscription": None,
        "subtotal": item["amount"],
        "taxes": [],
    }


def payment(state: State, made: Object, intent: Object, amount: int, *, default: bool) -> Object:
    """That an intent pays, or is to pay, a part of an invoice."""
    return {
        "id": state.new_id("inpay"),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": amount,
        "created": state.now(),
        "currency": made["currency"],
        "invoice": made["id"],
        "is_default": default,
        "livemode": state.livemode,
        "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }

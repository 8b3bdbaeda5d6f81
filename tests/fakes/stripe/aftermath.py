"""The shapes of what may follow a payment, and of the customer."""

from typing import Any

from tests.fakes.stripe.objects import DAY, nulls
from tests.fakes.stripe.state import Object, State

EVIDENCE = """
    access_activity_log billing_address cancellation_policy customer_communication customer_email_address
    customer_name product_description receipt refund_policy service_date uncategorized_file
    uncategorized_text
"""


def refund(state: State, charge: Object, amount: int, params: dict[str, Any], status: str) -> Object:
    """Money on its way back to the customer."""
    return {
        "id": state.new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": state.now(),
        "currency": charge["currency"],
        "destination_details": {"type": "card", "card": {"type": "refund"}},
        "metadata": params.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }


def dispute(state: State, charge: Object, amount: int, reason: str) -> Object:
    """The cardholder's bank takes money back and asks us to answer within a week."""
    due = {"due_by": state.now() + 7 * DAY, "has_evidence": False, "past_due": False, "submission_count": 0}
    return {
        "id": state.new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": state.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": nulls(EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": due | {"enhanced_eligibility": {}},
        "is_charge_refundable": False,
        "livemode": state.livemode,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": charge["payment_method_details"],
        "reason": reason,
        "status": "needs_response",
    }


def cash_balance_of(state: State, params: dict[str, Any], id: str) -> Object:
    """GET /v1/customers/{id}/cash_balance: what was transferred and no open invoice has taken."""
    return {
        "object": "cash_balance",
        "available": state.left.get(state.get("customer", id)["id"]),
        "customer": id,
        "customer_account": None,
        "livemode": state.livemode,
        "settings": {"reconciliation_mode": "automatic", "using_merchant_default": True},
    }


def leave(state: State, invoice: Object, amount: int) -> Object:
    """A transfer for an invoice that takes no money any more stays with the customer: cash_balance.funds_available."""
    owner = state.get("customer", invoice["customer"])
    state.left[owner["id"]] = {invoice["currency"]: amount}
    return state.emit("cash_balance.funds_available", cash_balance_of(state, {}, owner["id"]))


def customer(state: State, params: dict[str, Any]) -> Object:
    """A customer with what was said about them and no history."""
    names = ("address", "description", "email", "name", "phone", "shipping")
    return {name: params.get(name) for name in names} | {
        "id": state.new_id("cus"),
        "object": "customer",
        "balance": 0,
        "created": state.now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "discount": None,
        "invoice_prefix": state.new_id("x")[2:10].upper(),
        "invoice_settings": nulls("custom_fields default_payment_method footer rendering_options"),
        "livemode": state.livemode,
        "metadata": params.get("metadata", {}),
        "next_invoice_sequence": 1,
        "preferred_locales": params.get("preferred_locales", []),
        "tax_exempt": params.get("tax_exempt", "none"),
        "test_clock": None,
    }

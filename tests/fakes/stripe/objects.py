"""The shapes of Stripe's objects, with the fields that our API version sends."""

from typing import Any

from tests.fakes.stripe.state import Object, State

NOWHERE = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
DAY = 24 * 60 * 60
SESSION_NULLS = """
    after_expiration allow_promotion_codes billing_address_collection client_secret consent consent_collection
    currency_conversion customer_account customer_details discounts integration_identifier invoice
    origin_context payment_intent payment_link payment_method_configuration_details permissions
    recovered_from saved_payment_method_options setup_intent shipping_address_collection shipping_cost
    subscription wallet_options
"""
ECHOED = """
    cancel_url client_reference_id customer customer_creation customer_email locale submit_type success_url
"""
INTENT_NULLS = """
    application application_fee_amount canceled_at cancellation_reason customer_account
    excluded_payment_method_types last_payment_error latest_charge next_action on_behalf_of payment_method
    payment_method_configuration_details processing review setup_future_usage source transfer_data
    transfer_group
"""
CHARGE_NULLS = """
    application application_fee application_fee_amount balance_transaction calculated_statement_descriptor
    failure_balance_transaction failure_code failure_message on_behalf_of receipt_email receipt_number review
    shipping source source_transfer statement_descriptor statement_descriptor_suffix transfer_data
    transfer_group
"""


def nulls(names: str) -> Object:
    """Fields (separated by spaces) that Stripe always sends and that are empty here."""
    return dict.fromkeys(names.split())


def session(state: State, params: dict[str, Any], amount: int, currency: str) -> Object:
    """An open Checkout Session of mode payment; its payment intent appears when someone tries to pay."""
    id = state.new_id("cs")
    return (
        nulls(SESSION_NULLS)
        | {name: params.get(name) for name in ECHOED.split()}
        | {
            "id": id,
            "object": "checkout.session",
            "adaptive_pricing": params.get("adaptive_pricing", {"enabled": False}),
            "amount_subtotal": amount,
            "amount_total": amount,
            "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
            "created": state.now(),
            "currency": currency,
            "custom_fields": [],
            "custom_text": params.get("custom_text", {}),
            "customer_creation": params.get("customer_creation", "if_required"),
            "expires_at": params.get("expires_at", state.now() + DAY),
            "invoice_creation": {"enabled": False},
            "livemode": state.livemode,
            "metadata": params.get("metadata", {}),
            "mode": "payment",
            "payment_method_collection": "if_required",
            "payment_method_options": {},
            "payment_method_types": ["card"],
            "payment_status": "unpaid",
            "phone_number_collection": {"enabled": False},
            "shipping_options": [],
            "status": "open",
            "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
            "ui_mode": params.get("ui_mode", "hosted_page"),
            "url": f"{state.checkout_base}/c/pay/{id}",
        }
    )


def intent(state: State, amount: int, currency: str, data: dict[str, Any]) -> Object:
    """A payment intent that waits for a payment method; `data` as in `payment_intent_data`."""
    id = state.new_id("pi")
    return nulls(INTENT_NULLS) | {
        "id": id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "always"},
        "capture_method": "automatic_async",
        "client_secret": f"{id}_secret_{state.new_id('x')[2:]}",
        "confirmation_method": "automatic",
        "created": state.now(),
        "currency": currency,
        "customer": data.get("customer"),
        "description": data.get("description"),
        "livemode": state.livemode,
        "metadata": data.get("metadata", {}),
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "receipt_email": data.get("receipt_email"),
        "shipping": None,
        "statement_descriptor": data.get("statement_descriptor"),
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
    }


def charge(state: State, intent: Object, status: str, email: str | None, method: Object) -> Object:
    """One attempt to take the intent's money: succeeded, pending or failed."""
    id = state.new_id("ch")
    refunds = {"object": "list", "data": [], "has_more": False, "url": f"/v1/charges/{id}/refunds"}
    return nulls(CHARGE_NULLS) | {
        "id": id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if status == "succeeded" else 0,
        "amount_refunded": 0,
        "billing_details": {"address": NOWHERE, "email": email, "name": None, "phone": None, "tax_id": None},
        "captured": status == "succeeded",
        "created": state.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": state.livemode,
        "metadata": dict(intent["metadata"]),
        "outcome": None,
        "paid": status == "succeeded",
        "payment_intent": intent["id"],
        "payment_method": state.new_id("pm"),
        "payment_method_details": method,
        "receipt_url": f"{state.checkout_base}/receipts/{id}",
        "refunded": False,
        "refunds": refunds,
        "status": status,
    }


def transaction(state: State, source: Object, type: str, amount: int, fee: int) -> Object:
    """A movement of our balance at Stripe: `amount` signed, `fee` what Stripe kept of it."""
    details = {"amount": fee, "application": None, "currency": source["currency"], "type": "stripe_fee"}
    return {
        "id": state.new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": state.now() + 2 * DAY,
        "balance_type": "payments",
        "created": state.now(),
        "currency": source["currency"],
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [details | {"description": "Stripe processing fees"}] if fee else [],
        "net": amount - fee,
        "reporting_category": source["object"],
        "source": source["id"],
        "status": "pending",
        "type": type,
    }

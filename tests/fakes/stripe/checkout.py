"""Checkout: creating a session as the API does, and what a customer then does on its page."""

from typing import Any

from tests.fakes.stripe import objects, saved
from tests.fakes.stripe.errors import Refusal, missing_parameter, no_such
from tests.fakes.stripe.state import Object, State

MINIMUM = {"gbp": 30, "sek": 300, "nok": 300, "dkk": 250, "pln": 200, "huf": 17500, "mxn": 1000, "hkd": 400}
CARD = {
    "type": "card",
    "card": {
        "brand": "visa",
        "country": "DE",
        "exp_month": 12,
        "exp_year": 2040,
        "funding": "credit",
        "last4": "4242",
        "network": "visa",
    },
}
DEBIT = {"type": "sepa_debit", "sepa_debit": {"bank_code": "37040044", "country": "DE", "last4": "3000"}}


def create(state: State, params: dict[str, Any]) -> Object:
    """POST /v1/checkout/sessions on the hosted page: for one-off payments, or to save a card."""
    _check(state, params)
    if params["mode"] == "setup":
        return saved.create_setup(state, params)
    amount, currency = _total(params["line_items"])
    if amount < MINIMUM.get(currency, 50):
        message = "The Checkout Session's total amount must convert to at least 50 cents."
        raise Refusal(message, code="amount_too_small")
    session = state.add(objects.session(state, params, amount, currency))
    customer = {"customer": session["customer"]}
    state.intent_data[session["id"]] = params.get("payment_intent_data", {}) | customer
    return session


def _check(state: State, params: dict[str, Any]) -> None:
    needed = {"payment": ("line_items", "success_url"), "setup": ("success_url",)}
    if "mode" not in params:
        raise missing_parameter("mode")
    if params["mode"] not in needed or params.get("ui_mode", "hosted_page") != "hosted_page":
        raise NotImplementedError("This double knows Checkout with mode=payment or setup on the hosted page.")
    for name in needed[params["mode"]]:
        if name not in params:
            raise missing_parameter(name)
    if "customer" in params and "customer_email" in params:
        raise Refusal("You may only specify one of these parameters: customer, customer_email.")
    if "customer" in params:
        state.get("customer", params["customer"], "customer")
    ahead = params.get("expires_at", state.now() + objects.DAY) - state.now()
    if not 30 * 60 <= ahead <= objects.DAY:
        message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from creation."
        raise Refusal(message, param="expires_at")
    if len(params.get("client_reference_id", "")) > 200:
        raise Refusal("Invalid string: must be at most 200 characters", param="client_reference_id")


def _total(items: list[dict[str, Any]]) -> tuple[int, str]:
    prices = [_price(item, f"line_items[{i}]") for i, item in enumerate(items)]
    currencies = {currency for _, currency in prices}
    if len(currencies) != 1:
        raise Refusal("All prices on a Checkout Session must share one currency.", param="line_items")
    return sum(amount for amount, _ in prices), currencies.pop()


def _price(item: dict[str, Any], path: str) -> tuple[int, str]:
    if "price" in item:
        raise no_such("price", item["price"], f"{path}[price]")
    for name in ("price_data", "quantity"):
        if name not in item:
            raise missing_parameter(f"{path}[{name}]")
    data = item["price_data"]
    if "product_data" not in data:
        raise missing_parameter(f"{path}[price_data][product_data]")
    if "unit_amount" not in data:
        raise missing_parameter(f"{path}[price_data][unit_amount]")
    if data["unit_amount"] < 0 or item["quantity"] < 1:
        raise Refusal("Invalid non-negative integer", code="parameter_invalid_integer", param=path)
    return data["unit_amount"] * item["quantity"], data["currency"].lower()


def expire(state: State, params: dict[str, Any], id: str) -> Object:
    """POST …/expire: an open session closes for good, and its intent is cancelled."""
    session = state.get("checkout.session", id)
    if session["status"] != "open":
        raise Refusal(
            f'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`."
        )
    session |= {"status": "expired", "url": None}
    if session["payment_intent"]:
        intent = state.get("payment_intent", session["payment_intent"])
        intent |= {"status": "canceled", "canceled_at": state.now(), "cancellation_reason": "automatic"}
        state.emit("payment_intent.canceled", intent)
    state.emit("checkout.session.expired", session)
    return session


def attempt(state: State, id: str, amount: int | None = None, currency: str | None = None) -> tuple[Object, Object]:
    """The customer submits the form of an open session: the session and its intent."""
    session = state.get("checkout.session", id)
    if session["status"] != "open":
        raise ValueError(f"Nobody can pay {id}: it is {session['status']}.")
    if amount is not None:
        session |= {"amount_subtotal": amount, "amount_total": amount}
    session["currency"] = currency or session["currency"]
    intent = state.objects.get(session["payment_intent"] or "") or _first_intent(state, session)
    intent |= {"amount": session["amount_total"], "currency": session["currency"]}
    return session, intent


def _first_intent(state: State, session: Object) -> Object:
    data = state.intent_data[session["id"]]
    intent = state.add(objects.intent(state, session["amount_total"], session["currency"], data))
    session["payment_intent"] = intent["id"]
    state.emit("payment_intent.created", intent)
    return intent


def show_in(session: Object, intent: Object, amount: int, currency: str) -> None:
    """The page asks in the customer's own currency, where it was opened so that it may."""
    if not session["adaptive_pricing"]["enabled"]:
        raise ValueError("This page asks in the currency that it was opened with.")
    details = {"presentment_amount": amount, "presentment_currency": currency}
    session["presentment_details"] = intent["presentment_details"] = details


def complete(state: State, session: Object, payment_status: str, email: str | None) -> Object:
    """The page is done with; the event says whether the money is there yet."""
    session |= {"status": "complete", "payment_status": payment_status, "url": None}
    session["customer_details"] = {
        "address": objects.NOWHERE,
        "business_name": None,
        "email": email or session["customer_email"],
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    return state.emit("checkout.session.completed", session)

"""Saved cards: the page that saves one, and charging it while its owner is away.

What a card does is told by its number, as Stripe's own test cards have it.
"""

from typing import Any

from tests.fakes.stripe import aftermath, money, objects
from tests.fakes.stripe.errors import Refusal, missing_parameter
from tests.fakes.stripe.objects import nulls
from tests.fakes.stripe.state import Object, State

GOOD, ASKS, DECLINES, EXPIRED = "4242424242424242", "4000002760003184", "4000000000000341", "4000000000000069"
REFUSALS = {
    ASKS: ("authentication_required", "authentication_required", "Your card was declined. It needs authentication."),
    DECLINES: ("card_declined", "generic_decline", "Your card was declined."),
    EXPIRED: ("expired_card", "expired_card", "Your card has expired."),
}
REFUSED_BY_PERSON = "The provided payment method has failed authentication."
SETUP_NULLS = """
    application cancellation_reason customer description flow_directions last_setup_error latest_attempt mandate
    next_action on_behalf_of payment_method payment_method_configuration_details single_use_mandate
    excluded_payment_method_types
"""


def setup_intent(state: State, data: dict[str, Any], customer: str | None) -> Object:
    """An intent to save a card; `data` as in `setup_intent_data`."""
    id = state.new_id("seti")
    return nulls(SETUP_NULLS) | {
        "id": id,
        "object": "setup_intent",
        "automatic_payment_methods": None,
        "client_secret": f"{id}_secret_{state.new_id('x')[2:]}",
        "created": state.now(),
        "customer": customer,
        "livemode": state.livemode,
        "metadata": data.get("metadata", {}),
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        "usage": "off_session",
    }


def payment_method(state: State, number: str, email: str | None, expiry: tuple[int, int]) -> Object:
    """A card, not yet anybody's."""
    month, year = expiry
    checks = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}
    card = nulls("generated_from wallet regulated_status") | {
        "brand": "visa",
        "checks": checks,
        "country": "DE",
        "display_brand": "visa",
        "exp_month": month,
        "exp_year": year,
        "fingerprint": state.new_id("x")[2:18],
        "funding": "credit",
        "last4": number[-4:],
        "networks": {"available": ["visa"], "preferred": None},
        "three_d_secure_usage": {"supported": True},
    }
    return {
        "id": state.new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": {"address": objects.NOWHERE, "email": email, "name": None, "phone": None, "tax_id": None},
        "card": card,
        "created": state.now(),
        "customer": None,
        "livemode": state.livemode,
        "metadata": {},
        "type": "card",
    }


def create_setup(state: State, params: dict[str, Any]) -> Object:
    """A Checkout session of mode setup, with its setup intent."""
    if "currency" not in params and "allowed_payment_method_types" not in params:
        raise missing_parameter("currency")
    if "line_items" in params or "payment_intent_data" in params:
        raise Refusal("You can not pass `line_items` or `payment_intent_data` in `setup` mode.")
    intent = state.add(setup_intent(state, params.get("setup_intent_data", {}), params.get("customer")))
    session = objects.session(state, params, 0, params.get("currency", ""))
    session |= {
        "mode": "setup",
        "amount_subtotal": None,
        "amount_total": None,
        "currency": params.get("currency"),
        "payment_status": "no_payment_required",
        "setup_intent": intent["id"],
        "total_details": None,
    }
    state.emit("setup_intent.created", intent)
    return state.add(session)


def save(state: State, session: Object, number: str, email: str | None, expiry: tuple[int, int]) -> Object:
    """The customer gives a card on the page: it is attached to a customer and the intent succeeds."""
    intent = state.get("setup_intent", session["setup_intent"])
    email = email or session["customer_email"]
    customer = session["customer"] or state.add(aftermath.customer(state, {"email": email}))["id"]
    method = state.add(payment_method(state, number, email, expiry)) | {"customer": customer}
    state.add(method)
    state.cards[method["id"]] = number
    intent |= {"status": "succeeded", "payment_method": method["id"], "customer": customer}
    session["customer"] = customer
    state.emit("payment_method.attached", method)
    state.emit("setup_intent.succeeded", intent)
    return method


def detach(state: State, params: dict[str, Any], id: str) -> Object:
    """POST /v1/payment_methods/<id>/detach: it can never be used again."""
    method = state.get("payment_method", id)
    if method["customer"] is None:
        raise Refusal(
            f"The payment method you provided is not attached to a customer so detachment is impossible: {id}"
        )
    method["customer"] = None
    state.emit("payment_method.detached", method)
    return method


def withdraw(state: State, method_id: str) -> Object:
    """A bank ends the mandate to charge a saved method: mandate.updated."""
    mandate = {
        "id": state.new_id("mandate"),
        "object": "mandate",
        "livemode": state.livemode,
        "payment_method": state.get("payment_method", method_id)["id"],
        "status": "inactive",
        "type": "multi_use",
    }
    return state.emit("mandate.updated", state.add(mandate))


def create_intent(state: State, params: dict[str, Any]) -> Object:
    """POST /v1/payment_intents, confirmed at once with a saved card while its owner is away."""
    if not (params.get("confirm") and params.get("off_session") and params.get("payment_method")):
        raise NotImplementedError("This double knows payment intents that charge a saved card off session.")
    method = _usable(state, params["payment_method"], params.get("customer"))
    if params["amount"] < 50:
        raise Refusal("Amount must be at least 50 cents.", code="amount_too_small", param="amount")
    intent = state.add(objects.intent(state, params["amount"], params["currency"].lower(), params))
    state.emit("payment_intent.created", intent)
    number = state.cards[method["id"]]
    if number in REFUSALS:
        raise _declined(state, intent, method, *REFUSALS[number])
    money.arrive(state, intent, _charge(state, intent, method, "succeeded"))
    return intent


def _usable(state: State, id: str, customer: str | None) -> Object:
    method = state.get("payment_method", id, "payment_method")
    if method["customer"] is None or method["customer"] != customer:
        raise Refusal(
            f"The provided PaymentMethod ({id}) was detached from a Customer, or belongs to another one. "
            "To use a PaymentMethod multiple times, you must attach it to a Customer first.",
            code="payment_method_unexpected_state",
            param="payment_method",
        )
    return method


def _declined(state: State, intent: Object, method: Object, code: str, decline_code: str, message: str) -> Refusal:
    """The charge fails; the intent waits for another payment method, and the call is answered with 402."""
    charge = _charge(state, intent, method, "failed")
    charge |= {"failure_code": code, "failure_message": message}
    error = {"type": "card_error", "code": code, "decline_code": decline_code, "message": message}
    intent |= {
        "status": "requires_payment_method",
        "latest_charge": charge["id"],
        "last_payment_error": error | {"charge": charge["id"], "payment_method": method},
    }
    state.emit("charge.failed", charge)
    state.emit("payment_intent.payment_failed", intent)
    return Refusal(status=402, payment_intent=intent, **error)  # type: ignore[arg-type]  # `type` is among them


def confirm(state: State, params: dict[str, Any], id: str) -> Object:
    """POST …/confirm with its owner there: a card that asks leads to a page of its bank."""
    intent = state.get("payment_intent", id)
    if intent["status"] not in ("requires_payment_method", "requires_confirmation", "requires_action"):
        message = f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}."
        raise Refusal(message, code="payment_intent_unexpected_state", payment_intent=intent)
    if "return_url" not in params:
        raise missing_parameter("return_url")
    method = _usable(state, params["payment_method"], intent["customer"])
    number = state.cards[method["id"]]
    if number in REFUSALS and number != ASKS:
        raise _declined(state, intent, method, *REFUSALS[number])
    url = f"{state.checkout_base}/c/authenticate/{id}"
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": params["return_url"]}}
    intent |= {"status": "requires_action", "next_action": action, "payment_method": method["id"]}
    intent["last_payment_error"] = None
    state.emit("payment_intent.requires_action", intent)
    return intent


def authenticate(state: State, id: str, ok: bool) -> Object:
    """What a person said on the bank's page."""
    intent = state.get("payment_intent", id)
    if intent["status"] != "requires_action":
        raise ValueError(f"Nobody asks about {id}: it is {intent['status']}.")
    method = state.get("payment_method", intent["payment_method"])
    intent["next_action"] = None
    if ok:
        money.arrive(state, intent, _charge(state, intent, method, "succeeded"))
    else:
        code = "payment_intent_authentication_failure"
        _declined(state, intent, method, code, "authentication_not_handled", REFUSED_BY_PERSON)
    return state.events[-1]


def _charge(state: State, intent: Object, method: Object, status: str) -> Object:
    card = {name: method["card"][name] for name in ("brand", "country", "exp_month", "exp_year", "funding", "last4")}
    details = {"type": "card", "card": card}
    charge = objects.charge(state, intent, status, method["billing_details"]["email"], details)
    return state.add(charge | {"payment_method": method["id"]})

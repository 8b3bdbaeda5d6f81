"""What happens to money: it arrives, fails to arrive, goes back, or is taken back."""

from typing import Any

from tests.fakes.stripe import aftermath, objects
from tests.fakes.stripe.errors import Refusal, invalid
from tests.fakes.stripe.state import Object, State

DECLINED = {
    "type": "card_error",
    "code": "card_declined",
    "decline_code": "generic_decline",
    "message": "Your card was declined.",
}
DISPUTE_FEE = 1500


def arrive(state: State, intent: Object, charge: Object) -> None:
    """A charge succeeds: the balance grows by it less the fee (1.5 % + 25), and two events say so."""
    charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": charge["amount"]}
    fee = charge["amount"] * 15 // 1000 + 25
    book(state, charge, "charge", charge["amount"], fee)
    intent |= {
        "status": "succeeded",
        "amount_received": charge["amount"],
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
        "processing": None,
        "last_payment_error": None,
    }
    state.emit("charge.succeeded", charge)
    state.emit("payment_intent.succeeded", intent)


def fail(state: State, intent: Object, charge: Object) -> Object:
    """A charge fails: the intent waits for another payment method."""
    charge |= {"status": "failed", "failure_code": DECLINED["code"], "failure_message": DECLINED["message"]}
    intent |= {
        "status": "requires_payment_method",
        "latest_charge": charge["id"],
        "processing": None,
        "last_payment_error": DECLINED | {"charge": charge["id"]},
    }
    state.emit("charge.failed", charge)
    return state.emit("payment_intent.payment_failed", intent)


def book(state: State, source: Object, type: str, amount: int, fee: int = 0) -> Object:
    """Move our balance on account of `source`, which remembers the movement."""
    moved = state.add(objects.transaction(state, source, type, amount, fee))
    if source["object"] == "dispute":
        source["balance_transactions"].append(moved)
    else:
        source["balance_transaction"] = moved["id"]
    return moved


def create_refund(state: State, params: dict[str, Any]) -> Object:
    """POST /v1/refunds: whole or in part, never more than is left."""
    charge = _charge(state, params)
    left = charge["amount"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    _refuse_refund(charge, amount, left)
    refund = state.add(aftermath.refund(state, charge, amount, params, state.refund_status))
    book(state, refund, "refund", -amount)
    _take_back(charge, amount)
    state.emit("refund.created", refund)
    state.emit("charge.refunded", charge)
    return refund


def _charge(state: State, params: dict[str, Any]) -> Object:
    if "charge" in params:
        return state.get("charge", params["charge"], "charge")
    if "payment_intent" not in params:
        raise invalid("One of the following params should be provided: payment_intent or charge.")
    intent = state.get("payment_intent", params["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        raise Refusal(message, param="payment_intent")
    return state.get("charge", intent["latest_charge"])


def _refuse_refund(charge: Object, amount: int, left: int) -> None:
    if not charge["paid"]:
        raise Refusal(f"Charge {charge['id']} is not paid.", param="charge")
    if charge["disputed"]:
        raise Refusal(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
            param="charge",
        )
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise Refusal(message, code="charge_already_refunded", param="charge")
    if amount < 1:
        raise invalid("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise Refusal(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount")


def _take_back(charge: Object, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def finish_refund(state: State, id: str, ok: bool) -> Object:
    """A pending refund reaches the customer, or comes back to our balance."""
    refund = state.get("refund", id)
    if ok:
        refund["status"] = "succeeded"
        return state.emit("refund.updated", refund)
    charge = state.get("charge", refund["charge"])
    returned = state.add(objects.transaction(state, refund, "refund_failure", refund["amount"], 0))
    refund |= {
        "status": "failed",
        "failure_reason": "expired_or_canceled_card",
        "failure_balance_transaction": returned["id"],
    }
    _take_back(charge, -refund["amount"])
    state.emit("refund.updated", refund)
    return state.emit("refund.failed", refund)


def open_dispute(state: State, charge: Object, amount: int | None, reason: str) -> Object:
    """The bank takes the money at once, with a fee, and asks questions afterwards."""
    dispute = state.add(aftermath.dispute(state, charge, amount or charge["amount"], reason))
    charge["disputed"] = True
    created = state.emit("charge.dispute.created", dispute)
    book(state, dispute, "adjustment", -dispute["amount"], DISPUTE_FEE)
    state.emit("charge.dispute.funds_withdrawn", dispute)
    return created


def close_dispute(state: State, id: str, won: bool) -> Object:
    """The bank decides; when we won, the money comes back (the fee does not)."""
    dispute = state.get("dispute", id)
    dispute["status"] = "won" if won else "lost"
    if won:
        book(state, dispute, "adjustment", dispute["amount"])
        state.emit("charge.dispute.funds_reinstated", dispute)
    return state.emit("charge.dispute.closed", dispute)

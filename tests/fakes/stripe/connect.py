"""Schools with accounts of their own: opened, set up on a hosted page, sent money, and money taken back."""

from typing import Any

from tests.fakes.stripe.errors import Refusal, invalid
from tests.fakes.stripe.money import book
from tests.fakes.stripe.objects import nulls
from tests.fakes.stripe.state import Object, State

NO_CAPABILITY = "Your destination account needs to have at least one of the following capabilities enabled: transfers"
NO_FUNDS = "You have insufficient available funds in your Stripe account."


def create_account(state: State, params: dict[str, Any]) -> Object:
    """POST /v1/accounts: nothing is known of it yet, so nothing can be sent to it."""
    if "controller" not in params and "type" not in params:
        raise invalid("You must provide a type or a controller.", param="type")
    return state.add(
        {
            "id": state.new_id("acct"),
            "object": "account",
            "business_profile": nulls("mcc name support_address url") | params.get("business_profile", {}),
            "business_type": None,
            "capabilities": dict.fromkeys(params.get("capabilities", {}), "inactive"),
            "charges_enabled": False,
            "controller": {"type": "application", "is_controller": True} | params.get("controller", {}),
            "country": params.get("country", "DE"),
            "created": state.now(),
            "default_currency": "eur",
            "details_submitted": False,
            "email": params.get("email"),
            "metadata": params.get("metadata", {}),
            "payouts_enabled": False,
            "type": "none",
        }
    )


def create_link(state: State, params: dict[str, Any]) -> Object:
    """POST /v1/account_links: the address of the page on which an account is set up."""
    account = state.get("account", params["account"], "account")
    state.returns[account["id"]] = params["return_url"]
    now = state.now()
    url = f"{state.checkout_base}/setup/{account['id']}"
    return {"object": "account_link", "created": now, "expires_at": now + 300, "url": url}


def set_up(state: State, account_id: str, *, done: bool = True) -> Object:
    """The school tells what it is asked for, or not all of it yet: account.updated."""
    account = state.get("account", account_id)
    account |= {"details_submitted": True, "payouts_enabled": done}
    account["capabilities"] = dict.fromkeys(account["capabilities"], "active" if done else "pending")
    return state.emit("account.updated", account)


def create_transfer(state: State, params: dict[str, Any]) -> Object:
    """POST /v1/transfers: from our balance to an account that can be paid."""
    account = state.get("account", params["destination"], "destination")
    if account["capabilities"].get("transfers") != "active":
        raise Refusal(NO_CAPABILITY, code="insufficient_capabilities_for_transfer", param="destination")
    moved = [each for each in state.all("balance_transaction") if each["currency"] == params["currency"]]
    if sum(each["net"] for each in moved) < params["amount"]:
        raise Refusal(NO_FUNDS, code="balance_insufficient")
    transfer = {
        "id": state.new_id("tr"),
        "object": "transfer",
        "amount": params["amount"],
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": state.now(),
        "currency": params["currency"],
        "description": params.get("description"),
        "destination": account["id"],
        "destination_payment": state.new_id("py"),
        "livemode": state.livemode,
        "metadata": params.get("metadata", {}),
        "reversed": False,
        "source_transaction": None,
        "source_type": "card",
        "transfer_group": params.get("transfer_group"),
    }
    book(state, state.add(transfer), "transfer", -params["amount"])
    state.emit("transfer.created", transfer)
    return transfer


def reverse(state: State, transfer_id: str, amount: int | None = None) -> Object:
    """Somebody in the dashboard takes a transfer back, all or some of it: transfer.reversed."""
    transfer = state.get("transfer", transfer_id)
    taken = transfer["amount"] - transfer["amount_reversed"] if amount is None else amount
    transfer["amount_reversed"] += taken
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    kept = transfer["balance_transaction"]
    book(state, transfer, "transfer_refund", taken)
    transfer["balance_transaction"] = kept
    return state.emit("transfer.reversed", transfer)

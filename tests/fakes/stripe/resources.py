"""The endpoints: for each its method, path, the SDK's parameter class and what it does."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from stripe import params as p
from stripe.params.v2.core import EventRetrieveParams as ThinEventRetrieveParams

from tests.fakes.stripe import aftermath, checkout, connect, invoices, money, saved
from tests.fakes.stripe.errors import Refusal, invalid
from tests.fakes.stripe.lists import page
from tests.fakes.stripe.state import Object, State


class Endpoint(NamedTuple):
    """One row of the API: `act(state, params)` or `act(state, params, id)` gives the answer."""

    method: str
    path: str
    shape: Any
    act: Callable[..., Object]


def fetching(kind: str) -> Callable[..., Object]:
    """Answer with the one object of that kind and id."""
    return lambda state, params, id: state.get(kind, id)


def listing(kind: str, path: str) -> Callable[..., Object]:
    """Answer with a page of the objects of that kind, the newest first."""
    return lambda state, params: page(state.all(kind), params, path)


def list_events(state: State, params: dict[str, Any]) -> Object:
    """Events, by type (with `*`), types, and whether every endpoint has taken them."""
    wanted = params.pop("types", None) or [params.pop("type", "*")]
    delivered = params.pop("delivery_success", None)
    rows = [event for event in state.all("event") if any(fnmatchcase(event["type"], type) for type in wanted)]
    if delivered is not None:
        rows = [event for event in rows if (event["pending_webhooks"] == 0) == delivered]
    return page(rows, params, "/v1/events")


def list_transfers(state: State, params: dict[str, Any]) -> Object:
    """Transfers, all or those of one group."""
    group = params.pop("transfer_group", None)
    rows = [each for each in state.all("transfer") if group in (None, each["transfer_group"])]
    return page(rows, params, "/v1/transfers")


def search_intents(state: State, params: dict[str, Any]) -> Object:
    """Intents by `metadata['key']:'value'` clauses joined with AND."""
    clauses = re.findall(r"metadata\[['\"](.+?)['\"]\]:['\"](.*?)['\"]", params["query"])
    if not clauses:
        raise invalid("We were unable to parse your search query.", param="query")
    rows = [i for i in state.all("payment_intent") if all(i["metadata"].get(k) == v for k, v in clauses)]
    found = page(rows, {"limit": params.get("limit", 10)}, "/v1/payment_intents/search")
    return found | {"object": "search_result", "next_page": None}


def cancel_intent(state: State, params: dict[str, Any], id: str) -> Object:
    """Cancel an intent that has not succeeded; one made by Checkout ends with its session instead."""
    intent = state.get("payment_intent", id)
    if any(session["payment_intent"] == id for session in state.all("checkout.session")):
        raise Refusal("You cannot cancel this PaymentIntent: expire its Checkout Session instead.")
    if intent["status"] in ("succeeded", "canceled", "processing"):
        message = f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
        raise Refusal(message, code="payment_intent_unexpected_state", payment_intent=intent)
    reason = params.get("cancellation_reason")
    intent |= {"status": "canceled", "canceled_at": state.now(), "cancellation_reason": reason}
    state.emit("payment_intent.canceled", intent)
    return intent


def create_customer(state: State, params: dict[str, Any]) -> Object:
    """POST /v1/customers."""
    made = state.add(aftermath.customer(state, params))
    state.emit("customer.created", made)
    return made


ENDPOINTS = [
    Endpoint("POST", "/v1/checkout/sessions", p.checkout.SessionCreateParams, checkout.create),
    Endpoint(
        "GET",
        "/v1/checkout/sessions",
        p.checkout.SessionListParams,
        listing("checkout.session", "/v1/checkout/sessions"),
    ),
    Endpoint("GET", "/v1/checkout/sessions/<id>", p.checkout.SessionRetrieveParams, fetching("checkout.session")),
    Endpoint("POST", "/v1/checkout/sessions/<id>/expire", p.checkout.SessionExpireParams, checkout.expire),
    Endpoint("GET", "/v1/payment_intents", p.PaymentIntentListParams, listing("payment_intent", "/v1/payment_intents")),
    Endpoint("POST", "/v1/payment_intents", p.PaymentIntentCreateParams, saved.create_intent),
    Endpoint("POST", "/v1/payment_intents/<id>/confirm", p.PaymentIntentConfirmParams, saved.confirm),
    Endpoint("GET", "/v1/setup_intents/<id>", p.SetupIntentRetrieveParams, fetching("setup_intent")),
    Endpoint("GET", "/v1/payment_methods/<id>", p.PaymentMethodRetrieveParams, fetching("payment_method")),
    Endpoint("POST", "/v1/payment_methods/<id>/detach", p.PaymentMethodDetachParams, saved.detach),
    Endpoint("POST", "/v1/invoices", p.InvoiceCreateParams, invoices.create),
    Endpoint("GET", "/v1/invoices", p.InvoiceListParams, listing("invoice", "/v1/invoices")),
    Endpoint("GET", "/v1/invoices/<id>", p.InvoiceRetrieveParams, fetching("invoice")),
    Endpoint("DELETE", "/v1/invoices/<id>", p.InvoiceDeleteParams, invoices.delete),
    Endpoint("POST", "/v1/invoices/<id>/finalize", p.InvoiceFinalizeInvoiceParams, invoices.finalize),
    Endpoint("POST", "/v1/invoices/<id>/send", p.InvoiceSendInvoiceParams, invoices.send),
    Endpoint("POST", "/v1/invoices/<id>/pay", p.InvoicePayParams, invoices.pay),
    Endpoint("POST", "/v1/invoices/<id>/void", p.InvoiceVoidInvoiceParams, invoices.void),
    Endpoint(
        "POST",
        "/v1/invoices/<id>/mark_uncollectible",
        p.InvoiceMarkUncollectibleParams,
        invoices.mark_uncollectible,
    ),
    Endpoint("POST", "/v1/invoiceitems", p.InvoiceItemCreateParams, invoices.add_item),
    Endpoint("GET", "/v1/invoiceitems", p.InvoiceItemListParams, listing("invoiceitem", "/v1/invoiceitems")),
    Endpoint(
        "GET", "/v1/invoice_payments", p.InvoicePaymentListParams, listing("invoice_payment", "/v1/invoice_payments")
    ),
    Endpoint("GET", "/v1/invoice_payments/<id>", p.InvoicePaymentRetrieveParams, fetching("invoice_payment")),
    Endpoint("GET", "/v1/payment_intents/search", p.PaymentIntentSearchParams, search_intents),
    Endpoint("GET", "/v1/payment_intents/<id>", p.PaymentIntentRetrieveParams, fetching("payment_intent")),
    Endpoint("POST", "/v1/payment_intents/<id>/cancel", p.PaymentIntentCancelParams, cancel_intent),
    Endpoint("GET", "/v1/charges", p.ChargeListParams, listing("charge", "/v1/charges")),
    Endpoint("GET", "/v1/charges/<id>", p.ChargeRetrieveParams, fetching("charge")),
    Endpoint("POST", "/v1/refunds", p.RefundCreateParams, money.create_refund),
    Endpoint("GET", "/v1/refunds", p.RefundListParams, listing("refund", "/v1/refunds")),
    Endpoint("GET", "/v1/refunds/<id>", p.RefundRetrieveParams, fetching("refund")),
    Endpoint("GET", "/v1/events", p.EventListParams, list_events),
    Endpoint("GET", "/v1/events/<id>", p.EventRetrieveParams, fetching("event")),
    Endpoint(
        "GET",
        "/v1/balance_transactions",
        p.BalanceTransactionListParams,
        listing("balance_transaction", "/v1/balance_transactions"),
    ),
    Endpoint(
        "GET", "/v1/balance_transactions/<id>", p.BalanceTransactionRetrieveParams, fetching("balance_transaction")
    ),
    Endpoint("GET", "/v1/disputes", p.DisputeListParams, listing("dispute", "/v1/disputes")),
    Endpoint("GET", "/v1/disputes/<id>", p.DisputeRetrieveParams, fetching("dispute")),
    Endpoint("POST", "/v1/customers", p.CustomerCreateParams, create_customer),
    Endpoint("GET", "/v1/customers/<id>", p.CustomerRetrieveParams, fetching("customer")),
    Endpoint("GET", "/v1/customers/<id>/cash_balance", p.CustomerCashBalanceRetrieveParams, aftermath.cash_balance_of),
    Endpoint("GET", "/v1/mandates/<id>", p.MandateRetrieveParams, fetching("mandate")),
    Endpoint("POST", "/v1/accounts", p.AccountCreateParams, connect.create_account),
    Endpoint("GET", "/v1/accounts/<id>", p.AccountRetrieveParams, fetching("account")),
    Endpoint("POST", "/v1/account_links", p.AccountLinkCreateParams, connect.create_link),
    Endpoint("POST", "/v1/transfers", p.TransferCreateParams, connect.create_transfer),
    Endpoint("GET", "/v1/transfers", p.TransferListParams, list_transfers),
    Endpoint("GET", "/v1/transfers/<id>", p.TransferRetrieveParams, fetching("transfer")),
    Endpoint("GET", "/v2/core/events/<id>", ThinEventRetrieveParams, fetching("v2.core.event")),
]

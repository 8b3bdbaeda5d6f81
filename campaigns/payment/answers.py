"""What Stripe's objects say, as plain values: amounts in our minor units, states in our words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.kit.amounts import digits
from campaigns.kit.money import Money
from campaigns.payment.states import AttemptState

# docs.stripe.com/currencies: all others have two decimals there or, as in CLDR, three. UGX, ISK and others
# that CLDR gives none are among those with two; theirs must be 00.
WITHOUT_DECIMALS = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)


@dataclass(frozen=True)
class Payment:
    """What Stripe says of one try to pay, fetched just now."""

    state: AttemptState
    money: Money
    attempt_key: str | None  # ours, from the metadata
    session_ref: str | None
    intent_ref: str | None
    charge_ref: str | None  # always there where the state is SUCCEEDED
    url: str | None = None
    presented: Money | None = None  # what the sponsor was shown and paid, where that is another currency
    refusal: str | None = None  # why the card that was tried last was refused, where it was
    fee: Money | None = None  # what Stripe kept of it; None where that is not known yet


@dataclass(frozen=True)
class TakenBack:
    """What Stripe says of one refund, fetched just now."""

    ref: str
    status: str
    money: Money
    intent_ref: str | None
    key: str | None = None  # ours, from the metadata of a refund


@dataclass(frozen=True)
class Event:
    """An event as it came, read so far as to know what to fetch."""

    id: str
    type: str
    object_ref: str | None
    livemode: bool


@dataclass(frozen=True)
class Order:
    """What a hosted Checkout page is to ask for."""

    key: str
    money: Money
    cover: Money  # on top, for the card company's fee
    title: str
    email: str
    success_url: str
    cancel_url: str
    expires_at: datetime


def units(currency: str) -> int:
    """How many of Stripe's units of a currency make one of ours: 1 for EUR and JPY, 100 for UGX and ISK."""
    decimals = 0 if currency in WITHOUT_DECIMALS else max(digits(currency), 2)
    return int(10 ** (decimals - digits(currency)))


def money(amount: int, currency: str) -> Money:
    """Ours for Stripe's amount. Raises ValueError for a fraction of our smallest unit, or an unknown currency."""
    code = currency.upper()
    whole, rest = divmod(amount, units(code))
    if rest:
        raise ValueError(f"{amount} is no whole amount of {code}")
    return Money(whole, code)


def session(page: Any) -> Payment:
    """A Checkout session; paid only where its intent came with it and names the charge."""
    intent = page.payment_intent if hasattr(page.payment_intent, "id") else None
    return Payment(
        state=_session_state(page, intent),
        money=money(page.amount_total, page.currency),
        attempt_key=page.client_reference_id,
        session_ref=page.id,
        intent_ref=id_of(page.payment_intent),
        charge_ref=id_of(intent.latest_charge) if intent is not None else None,
        url=page.url,
        presented=_presented(page),
        fee=_fee(intent.latest_charge) if intent is not None else None,
    )


def _presented(found: Any) -> Money | None:
    """What stood on the hosted page; Stripe sends it only where it was in another currency than asked."""
    details = getattr(found, "presentment_details", None)
    return money(details.presentment_amount, details.presentment_currency) if details is not None else None


def _session_state(page: Any, intent: Any) -> AttemptState:
    if page.status == "expired":
        return AttemptState.EXPIRED
    if page.status == "open":
        return AttemptState.REQUIRES_ACTION
    if page.payment_status == "paid" and intent is not None and intent.latest_charge is not None:
        return AttemptState.SUCCEEDED
    # Complete and unpaid: a slow method, whose answer is not here yet or was a refusal.
    refused = intent is not None and intent.status in {"requires_payment_method", "canceled"}
    return AttemptState.FAILED if refused else AttemptState.PROCESSING


def intent(found: Any) -> Payment:
    """A payment intent. A declined card leaves the hosted page open for another one: not the end of the try."""
    states = {
        "succeeded": AttemptState.SUCCEEDED,
        "processing": AttemptState.PROCESSING,
        "canceled": AttemptState.CANCELLED,
    }
    return Payment(
        state=states.get(found.status, AttemptState.REQUIRES_ACTION),
        money=money(found.amount_received or found.amount, found.currency),
        attempt_key=mark(found, "attempt"),
        session_ref=None,
        intent_ref=found.id,
        charge_ref=id_of(found.latest_charge),
        refusal=_refusal(found),
        presented=_presented(found),
        fee=_fee(found.latest_charge),
    )


def mark(found: Any, name: str) -> str | None:
    """What we have written on an object."""
    return found.metadata.to_dict().get(name) if found.metadata else None


def _refusal(found: Any) -> str | None:
    fault = found.last_payment_error if found.status == "requires_payment_method" else None
    return None if fault is None else str(fault.code or "refused")


def taken_back(found: Any) -> TakenBack:
    """A refund."""
    sent = money(found.amount, found.currency)
    return TakenBack(found.id, str(found.status), sent, id_of(found.payment_intent), mark(found, "refund"))


def kept(amount: int, currency: str) -> Money:
    """Ours for what Stripe keeps or moves; a fraction of our smallest unit, which only fees have, counts as one."""
    return Money(-(-amount // units(currency)), currency)


def _fee(charge: Any) -> Money | None:
    """What Stripe kept of a charge that came with its movement; it may be in the currency that we are paid in."""
    found: Any = getattr(charge, "balance_transaction", None)
    return kept(found.fee, found.currency.upper()) if hasattr(found, "fee") else None


def snapshot(event: Any) -> Event:
    """An event with its object inside. Raises ValueError for anything else."""
    try:
        if event.object != "event":
            raise ValueError("not an event")
        thing = event.data.object  # a StripeObject is no dict; a cash balance has no id but its owner's
        about = getattr(thing, "id", None) or (thing.customer if thing.object == "cash_balance" else None)
        return Event(event.id, event.type, about, event.livemode)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"not an event: {error}") from error


def thin(note: Any) -> Event:
    """A notification that only names its object."""
    about = getattr(note, "related_object", None)
    return Event(note.id, note.type.removeprefix("v1."), about.id if about else None, note.livemode)


def id_of(value: Any) -> str | None:
    """The id of what is expanded or not, or None."""
    return value if value is None or isinstance(value, str) else str(value.id)

"""Stripe, behind plain values. The only module that imports its SDK.

Two clients: one that a person waits for (short, no retries: an unclear answer is settled later with
the same key), one for work in the background (patient, retries twice).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import stripe
from flask import Flask, current_app

from campaigns.config import Settings
from campaigns.kit.money import Money

stripe.enable_telemetry = False

EXTENSION = "payment.gateway"
EXPAND = ["payment_intent.latest_charge"]


class Unclear(Exception):
    """No answer, or a fault on Stripe's side: it may or may not have taken effect."""


class TryLater(Exception):
    """Stripe is busy with this or with too much; nothing took effect."""


class KeyReused(Exception):
    """The idempotency key was used before with other parameters; a mistake of ours that a person must see."""


class Rejected(Exception):
    """Stripe will not do this, however often it is asked."""


class BadEvent(ValueError):
    """Not an event that Stripe signed for us, or not of the kind this endpoint takes."""


@dataclass(frozen=True)
class Payment:
    """What Stripe says of one try to pay, fetched just now."""

    status: str  # open | processing | paid | failed | expired | cancelled
    money: Money | None
    attempt_key: str | None  # ours, from the metadata
    session_ref: str | None
    intent_ref: str | None
    charge_ref: str | None
    url: str | None = None


@dataclass(frozen=True)
class Refund:
    """What Stripe says of one refund, fetched just now."""

    ref: str
    status: str
    money: Money
    intent_ref: str | None


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
    title: str
    email: str
    success_url: str
    cancel_url: str
    expires_at: datetime


class Gateway:
    """Stripe's calls, its answers as values and its faults as the exceptions above."""

    def __init__(
        self, prompt: stripe.StripeClient, patient: stripe.StripeClient, secrets: tuple[str, ...], *, livemode: bool
    ) -> None:
        self._prompt, self._patient, self._secrets = prompt, patient, secrets
        self.livemode = livemode

    def open_checkout(self, order: Order, *, waiting: bool = True) -> Payment:
        """Open a hosted page for one try to pay, or find the one that this key opened before."""
        client = self._prompt if waiting else self._patient
        mark = {"attempt": order.key}
        item = {
            "quantity": 1,
            "price_data": {
                "currency": order.money.currency.lower(),
                "unit_amount": order.money.amount,
                "product_data": {"name": order.title[:120]},
            },
        }
        params: Any = {
            "mode": "payment",
            "line_items": [item],
            "client_reference_id": order.key,
            "metadata": mark,
            "payment_intent_data": {"metadata": mark},
            "customer_email": order.email,
            "success_url": order.success_url,
            "cancel_url": order.cancel_url,
            "expires_at": int(order.expires_at.timestamp()),
        }
        sessions = client.v1.checkout.sessions
        return _session(_call(lambda: sessions.create(params=params, options={"idempotency_key": order.key})))

    def checkout(self, ref: str) -> Payment:
        """One hosted page as it is now."""
        return _session(_call(lambda: self._patient.v1.checkout.sessions.retrieve(ref, params={"expand": EXPAND})))

    def intent(self, ref: str) -> Payment:
        """One payment intent as it is now."""
        intents = self._patient.v1.payment_intents
        return _intent(_call(lambda: intents.retrieve(ref, params={"expand": ["latest_charge"]})))

    def refund(self, ref: str) -> Refund:
        """One refund as it is now."""
        found = _call(lambda: self._patient.v1.refunds.retrieve(ref))
        money = Money(found.amount, found.currency.upper())
        return Refund(found.id, str(found.status), money, _id(found.payment_intent))

    def find_checkout(self, key: str, since: datetime) -> Payment | None:
        """The hosted page that a key opened, looked for among those made since then; None where there is none."""
        begun: Any = {"created": {"gte": int(since.timestamp()) - 60}, "limit": 100}
        pages = _call(lambda: self._patient.v1.checkout.sessions.list(params=begun))
        return next((_session(page) for page in pages.auto_paging_iter() if page.client_reference_id == key), None)

    def undelivered(self) -> Iterator[tuple[Event, str]]:
        """The events that Stripe could not deliver lately, with their bodies."""
        events = _call(lambda: self._patient.v1.events.list(params={"delivery_success": False, "limit": 100}))
        for event in events.auto_paging_iter():
            yield _event(event), str(event)

    def read(self, body: bytes, signature: str | None) -> Event:
        """A signed event with its object inside. Raises BadEvent."""
        return _event(self._signed(lambda secret: self._patient.construct_event(body, signature, secret)))

    def read_thin(self, body: bytes, signature: str | None) -> Event:
        """A signed notification that only names its object. Raises BadEvent."""
        note = self._signed(lambda secret: self._patient.parse_event_notification(body, signature, secret))
        about = getattr(note, "related_object", None)
        return Event(note.id, note.type.removeprefix("v1."), about.id if about else None, note.livemode)

    def _signed(self, read: Callable[[str], Any]) -> Any:
        fault: Exception = BadEvent("no secret is configured")
        for secret in self._secrets:
            try:
                return read(secret)
            except stripe.SignatureVerificationError as error:
                fault = error
            except (ValueError, AttributeError, KeyError, TypeError) as error:
                raise BadEvent(str(error)) from error
        raise BadEvent(str(fault)) from fault


def init_app(app: Flask, settings: Settings) -> None:
    """Connect to Stripe where a key is set; without one, `current` gives None."""
    key, base = settings.stripe_secret_key, settings.stripe_api_base
    app.extensions[EXTENSION] = None
    if key:
        prompt, patient = client(key, base, (1, 3), 0), client(key, base, (5, 30), 2)
        live = "_live_" in key
        app.extensions[EXTENSION] = Gateway(prompt, patient, settings.stripe_webhook_secret, livemode=live)


def client(key: str, base: str, timeout: tuple[float, float], retries: int, session: Any = None) -> stripe.StripeClient:
    """A client of Stripe's SDK; `session` is a requests session to use instead of a new one."""
    transport = stripe.RequestsClient(timeout=timeout, session=session)
    addresses: Any = {"api": base}
    return stripe.StripeClient(key, http_client=transport, max_network_retries=retries, base_addresses=addresses)


def current() -> Gateway | None:
    """The gateway of the running app; None where no key is set."""
    found: Gateway | None = current_app.extensions[EXTENSION]
    return found


def _call(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except stripe.IdempotencyError as error:
        raise KeyReused(str(error)) from error
    except stripe.RateLimitError as error:
        raise TryLater(str(error)) from error
    except stripe.APIConnectionError as error:
        raise Unclear(str(error)) from error
    except stripe.APIError as error:
        if error.http_status == 409:
            raise TryLater(str(error)) from error
        raise Unclear(str(error)) from error
    except stripe.StripeError as error:
        raise Rejected(f"{error.code or type(error).__name__}: {error.user_message or error}") from error


def _session(page: Any) -> Payment:
    intent = page.payment_intent if hasattr(page.payment_intent, "id") else None
    money = Money(page.amount_total, page.currency.upper()) if page.amount_total is not None else None
    return Payment(
        status=_session_status(page, intent),
        money=money,
        attempt_key=page.client_reference_id,
        session_ref=page.id,
        intent_ref=_id(page.payment_intent),
        charge_ref=_id(intent.latest_charge) if intent is not None else None,
        url=page.url,
    )


def _session_status(page: Any, intent: Any) -> str:
    if page.payment_status == "paid":
        return "paid"
    if page.status == "expired":
        return "expired"
    if page.status == "complete":  # paid by a slow method: not here yet, or it failed
        failed = intent is not None and intent.status in {"requires_payment_method", "canceled"}
        return "failed" if failed else "processing"
    return "open"


def _intent(intent: Any) -> Payment:
    # A declined card leaves the hosted page open for another one: not the end of the try.
    states = {"succeeded": "paid", "processing": "processing", "canceled": "cancelled"}
    metadata = intent.metadata.to_dict() if intent.metadata else {}
    return Payment(
        status=states.get(intent.status, "open"),
        money=Money(intent.amount_received or intent.amount, intent.currency.upper()),
        attempt_key=metadata.get("attempt"),
        session_ref=None,
        intent_ref=intent.id,
        charge_ref=_id(intent.latest_charge),
    )


def _event(event: Any) -> Event:
    try:
        if event.object != "event":
            raise BadEvent("not an event")
        about = getattr(event.data.object, "id", None)  # a StripeObject is no dict
        return Event(event.id, event.type, about, event.livemode)
    except (AttributeError, KeyError, TypeError) as error:
        raise BadEvent(f"not an event: {error}") from error


def _id(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else str(value.id)

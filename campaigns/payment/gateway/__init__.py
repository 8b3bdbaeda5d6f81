"""Stripe, behind plain values. The only package that imports its SDK.

Two clients: one that a person waits for (short, no retries: an unclear answer is settled later with
the same key), one for work in the background (patient, retries twice).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import stripe
from flask import Flask, current_app

from campaigns.config import Settings
from campaigns.kit.money import Money
from campaigns.payment import answers
from campaigns.payment.answers import Event, Order, Payment
from campaigns.payment.gateway.back import BackCalls
from campaigns.payment.gateway.calls import KeyReused, Missing, Rejected, TryLater, Unclear, call, every
from campaigns.payment.gateway.cards import CardCalls
from campaigns.payment.gateway.connect import ConnectCalls
from campaigns.payment.gateway.invoices import InvoiceCalls

__all__ = [
    "BadEvent",
    "Gateway",
    "KeyReused",
    "Missing",
    "Rejected",
    "TryLater",
    "Unclear",
    "card_fees",
    "client",
    "current",
    "init_app",
    "pays_schools",
]

stripe.enable_telemetry = False

EXTENSION = "payment.gateway"
KEY_LASTS = timedelta(hours=24)  # for so long the same key gives the same answer
PROMPT = {"timeout": (1, 3), "retries": 0}  # seconds to connect, to wait for an answer
WITH_FEE = "latest_charge.balance_transaction"
PATIENT = {"timeout": (5, 30), "retries": 2}


class BadEvent(ValueError):
    """Not an event that Stripe signed for us, or not of the kind this endpoint takes."""


class Gateway(BackCalls, CardCalls, ConnectCalls, InvoiceCalls):
    """Stripe's calls, its answers as values and its faults as the exceptions above."""

    def __init__(
        self, prompt: stripe.StripeClient, patient: stripe.StripeClient, secrets: tuple[str, ...], *, livemode: bool
    ) -> None:
        self._prompt, self._patient, self._secrets = prompt, patient, secrets
        self.livemode = livemode

    def open_checkout(self, order: Order, *, waiting: bool = True) -> Payment:
        """Open a hosted page for one try to pay, or find the one that this key opened before, as it was then."""
        sessions = (self._prompt if waiting else self._patient).v1.checkout.sessions
        params: Any = _params(order)
        return answers.session(call(lambda: sessions.create(params=params, options={"idempotency_key": order.key})))

    def close_checkout(self, ref: str) -> Payment:
        """End a hosted page that is open, so that nobody can pay there any more."""
        return answers.session(call(lambda: self._prompt.v1.checkout.sessions.expire(ref)))

    def checkout(self, ref: str) -> Payment | None:
        """One hosted page as it is now; None where it saves a card instead of taking money."""
        sessions, expand = self._patient.v1.checkout.sessions, [f"payment_intent.{WITH_FEE}"]
        page = call(lambda: sessions.retrieve(ref, params={"expand": expand}))
        return answers.session(page) if page.mode == "payment" else None

    def intent(self, ref: str) -> Payment:
        """One payment intent as it is now."""
        intents = self._patient.v1.payment_intents
        return answers.intent(call(lambda: intents.retrieve(ref, params={"expand": [WITH_FEE]})))

    def find_checkout(self, key: str, since: datetime) -> str | None:
        """The id of the hosted page that a key opened, among those made while it lasted; None where there is none."""
        begun, minute = int(since.timestamp()), 60
        made = {"gte": begun - minute, "lte": begun + int(KEY_LASTS.total_seconds()) + minute}
        params: Any = {"created": made, "limit": 100}
        pages = self._patient.v1.checkout.sessions
        found = call(lambda: [page.id for page in every(pages, params) if page.client_reference_id == key])
        return found[0] if found else None

    def undelivered(self) -> list[tuple[Event, str]]:
        """The events of the last 30 days that Stripe could not deliver, with their bodies."""
        params: Any = {"delivery_success": False, "limit": 100}
        missed = call(lambda: list(every(self._patient.v1.events, params)))
        return [(answers.snapshot(event), str(event)) for event in missed]

    def read(self, body: bytes, signature: str | None) -> Event:
        """A signed event with its object inside. Raises BadEvent."""
        return self._signed(
            lambda secret: answers.snapshot(self._patient.construct_event(body, signature or "", secret))
        )

    def read_thin(self, body: bytes, signature: str | None) -> Event:
        """A signed notification that only names its object. Raises BadEvent."""
        return self._signed(
            lambda secret: answers.thin(self._patient.parse_event_notification(body, signature or "", secret))
        )

    def _signed(self, read: Callable[[str], Event]) -> Event:
        """What one of our secrets (there are two while one is replaced) has signed."""
        fault: Exception | None = None
        for secret in self._secrets:
            try:
                return read(secret)
            except stripe.SignatureVerificationError as error:
                fault = error
            except (ValueError, AttributeError, KeyError, TypeError) as error:
                raise BadEvent(str(error)) from error
        raise BadEvent(str(fault or "no secret is configured"))


def init_app(app: Flask, settings: Settings) -> None:
    """Connect to Stripe where a key is set; without one, `current` gives None."""
    key, base = settings.stripe_secret_key, settings.stripe_api_base
    app.extensions[EXTENSION] = None
    if key:
        prompt, patient = client(key, base, **PROMPT), client(key, base, **PATIENT)
        live = "_live_" in key
        app.extensions[EXTENSION] = Gateway(prompt, patient, settings.stripe_webhook_secret, livemode=live)


def client(key: str, base: str, *, timeout: Any, retries: Any, session: Any = None) -> stripe.StripeClient:
    """A client of Stripe's SDK; `session` is a requests session to use instead of a new one a thread."""
    transport = stripe.RequestsClient(timeout=timeout, session=session)
    addresses: Any = {"api": base}
    return stripe.StripeClient(key, http_client=transport, max_network_retries=retries, base_addresses=addresses)


def current() -> Gateway | None:
    """The gateway of the running app; None where no key is set."""
    found: Gateway | None = current_app.extensions[EXTENSION]
    return found


def card_fees() -> tuple[tuple[Decimal, Decimal, str], ...]:
    """What the card company keeps, as far as the running app was told: a share, a fixed part, the currency."""
    found: tuple[tuple[Decimal, Decimal, str], ...] = current_app.extensions["settings"].card_fees
    return found


def pays_schools() -> bool:
    """Whether schools may be paid by the card company here."""
    return current() is not None and bool(current_app.extensions["settings"].stripe_connect)


def _params(order: Order) -> dict[str, Any]:
    mark = {"attempt": order.key}
    lines = [_line(order.money, order.title)]
    if order.cover:
        lines.append(_line(order.cover, "So that all of it reaches the student: the card company's fee"))
    return {
        "mode": "payment",
        "adaptive_pricing": {"enabled": True},  # a sponsor may pay in a currency of their own
        "line_items": lines,
        "client_reference_id": order.key,
        "metadata": mark,
        "payment_intent_data": {"metadata": mark},
        "customer_email": order.email,
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
        "expires_at": int(order.expires_at.timestamp()),
    }


def _line(money: Money, name: str) -> dict[str, Any]:
    amount = money.amount * answers.units(money.currency)
    price = {"currency": money.currency.lower(), "unit_amount": amount, "product_data": {"name": name[:200]}}
    return {"quantity": 1, "price_data": price}

"""Saved cards at Stripe: the page that saves one, and charging it while its owner is away."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import stripe

from campaigns.kit.money import Money
from campaigns.payment import answers
from campaigns.payment.answers import Payment, id_of, mark
from campaigns.payment.gateway.calls import Clients, call, every


@dataclass(frozen=True)
class SetupOrder:
    """What a hosted page that saves a card is to say."""

    key: str
    text: str  # what the sponsor agrees to, beside the button
    email: str
    customer_ref: str | None  # whose card it is, where that is known
    currency: str
    success_url: str
    cancel_url: str


@dataclass(frozen=True)
class Charge:
    """What a saved card is to be charged."""

    key: str
    money: Money
    title: str
    customer_ref: str
    method_ref: str


@dataclass(frozen=True)
class Card:
    """A card as Stripe knows it; `customer_ref` is None once it has been taken away from its owner."""

    ref: str
    customer_ref: str | None
    brand: str
    last_four: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True)
class Setup:
    """What Stripe says of a page that saves a card."""

    key: str | None  # ours, from the metadata
    is_open: bool
    card: Card | None  # once it is saved
    session_ref: str | None = None
    url: str | None = None


class CardCalls(Clients):
    """Stripe's calls about saved cards."""

    def open_setup(self, order: SetupOrder) -> Setup:
        """Open a hosted page that saves a card, or find the one that this key opened before."""
        who: dict[str, Any] = (
            {"customer": order.customer_ref}
            if order.customer_ref
            else {"customer_email": order.email, "customer_creation": "always"}
        )
        params: Any = who | {
            "mode": "setup",
            "currency": order.currency.lower(),
            "allowed_payment_method_types": ["card"],
            "client_reference_id": order.key,
            "metadata": {"mandate": order.key},
            "setup_intent_data": {"metadata": {"mandate": order.key}},
            "custom_text": {"submit": {"message": order.text}},
            "success_url": order.success_url,
            "cancel_url": order.cancel_url,
        }
        pages = self._prompt.v1.checkout.sessions
        return page(call(lambda: pages.create(params=params, options={"idempotency_key": order.key})))

    def setup_page(self, ref: str) -> Setup:
        """One hosted page that saves a card, as it is now."""
        params: Any = {"expand": ["setup_intent.payment_method"]}
        return page(call(lambda: self._patient.v1.checkout.sessions.retrieve(ref, params=params)))

    def setup(self, ref: str) -> Setup:
        """One setup intent as it is now."""
        params: Any = {"expand": ["payment_method"]}
        found = call(lambda: self._patient.v1.setup_intents.retrieve(ref, params=params))
        return Setup(mark(found, "mandate"), found.status not in ENDED, _saved(found))

    def card(self, ref: str) -> Card | None:
        """One saved card as it is now; None for what is no card."""
        return card(call(lambda: self._patient.v1.payment_methods.retrieve(ref)))

    def withdrawn(self, mandate_ref: str) -> str | None:
        """The saved method that its owner's bank lets nobody charge any more; None while the mandate stands."""
        found = call(lambda: self._patient.v1.mandates.retrieve(mandate_ref))
        return id_of(found.payment_method) if found.status == "inactive" else None

    def forget_card(self, ref: str) -> None:
        """Take a card away from its owner, for good."""
        call(lambda: self._prompt.v1.payment_methods.detach(ref))

    def charge(self, order: Charge) -> Payment:
        """Charge a saved card, once for each key, or find what the key has done.

        A refusal by the card's bank is an answer: the payment says why.
        """
        params: Any = {
            "amount": order.money.amount * answers.units(order.money.currency),
            "currency": order.money.currency.lower(),
            "customer": order.customer_ref,
            "payment_method": order.method_ref,
            "off_session": True,
            "confirm": True,
            "description": order.title[:200],
            "metadata": {"attempt": order.key},
        }
        create = self._patient.v1.payment_intents.create
        return _charged(lambda: create(params=params, options={"idempotency_key": order.key}))

    def confirm(self, ref: str, method_ref: str, *, back: str, key: str) -> Payment:
        """Try a payment again with its owner there; its `url` leads to the page where the card's bank asks."""
        params: Any = {"payment_method": method_ref, "return_url": back}
        confirm = self._prompt.v1.payment_intents.confirm
        return _charged(lambda: confirm(ref, params=params, options={"idempotency_key": key}))

    def cancel(self, ref: str, *, waiting: bool = False) -> Payment:
        """Give up a payment that has not succeeded. Raises Rejected where it cannot be any more."""
        return answers.intent(call(lambda: self._client(waiting).v1.payment_intents.cancel(ref)))

    def find_charge(self, customer_ref: str, key: str, since: datetime) -> str | None:
        """The id of the payment that a key made for this customer; None where there is none."""
        params: Any = {"customer": customer_ref, "created": {"gte": int(since.timestamp()) - 60}, "limit": 100}
        intents = self._patient.v1.payment_intents
        found = call(lambda: [each.id for each in every(intents, params) if mark(each, "attempt") == key])
        return found[0] if found else None


ENDED = frozenset({"succeeded", "canceled"})


def page(found: Any) -> Setup:
    """A Checkout session of mode setup; its card is told where its intent came with it."""
    intent = found.setup_intent if hasattr(found.setup_intent, "id") else None
    card = _saved(intent) if intent is not None else None
    return Setup(mark(found, "mandate"), found.status == "open", card, found.id, found.url)


def card(found: Any) -> Card | None:
    """A payment method, where it is a card."""
    if found.type != "card":
        return None
    said = found.card
    return Card(found.id, id_of(found.customer), said.brand, said.last4, said.exp_month, said.exp_year)


def _saved(intent: Any) -> Card | None:
    method = intent.payment_method
    return card(method) if intent.status == "succeeded" and hasattr(method, "id") else None


def _charged(ask: Any) -> Payment:
    def answer() -> Any:
        try:
            return ask()
        except stripe.CardError as error:
            refused = error.error.payment_intent if error.error is not None else None
            if refused is None:
                raise
            return refused

    found = call(answer)
    action = found.next_action
    way = getattr(action, "redirect_to_url", None) if action is not None else None
    return replace(answers.intent(found), url=way.url if way is not None else None)

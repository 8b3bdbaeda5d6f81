"""FakeStripe: the account, the customer at its Checkout page, the bank behind them, and the post."""

from collections.abc import Callable, Sequence
from typing import Any

import requests
import stripe
from wsgiadapter import WSGIAdapter  # type: ignore[import-untyped]  # it ships no types

from tests.fakes.stripe import aftermath, app, checkout, connect, invoices, money, objects, saved, webhooks
from tests.fakes.stripe.state import Object, State, time_now


class FakeStripe(State):
    """One Stripe account. What people do returns the event that tells us about it."""

    def __init__(
        self,
        key: str = "sk_test_fake",
        *,
        clock: Callable[[], float] = time_now,
        livemode: bool = False,
        checkout_base: str = "https://checkout.stripe.com",
    ) -> None:
        super().__init__(key, clock, livemode, checkout_base)
        self.app = app.build(self)

    def session(self, base: str = "https://api.stripe.com") -> requests.Session:
        """An HTTP session that answers for `base` from this process and reaches nothing else there."""
        session = requests.Session()
        session.mount(base, WSGIAdapter(self.app))
        return session

    def client(self, key: str | None = None, **options: Any) -> stripe.StripeClient:
        """The SDK's own client on this account, retrying twice as in production."""
        transport = stripe.RequestsClient(session=self.session(), timeout=(5, 30))
        options = {"max_network_retries": 2} | options
        return stripe.StripeClient(key or self.key, http_client=transport, **options)

    def pay(
        self,
        session_id: str,
        *,
        amount: int | None = None,
        currency: str | None = None,
        email: str | None = None,
        shown: tuple[int, str] | None = None,
    ) -> Object:
        """The customer pays by card, even another amount than we asked: checkout.session.completed, paid.

        `shown` is what the page asked for in a currency of theirs; what arrives is as we asked.
        """
        with self.lock:
            session, intent = checkout.attempt(self, session_id, amount, currency)
            if shown is not None:
                checkout.show_in(session, intent, *shown)
            money.arrive(self, intent, self._charge(intent, "succeeded", email, checkout.CARD))
            return checkout.complete(self, session, "paid", email)

    def pay_later(self, session_id: str, *, email: str | None = None) -> Object:
        """The customer pays by direct debit: checkout.session.completed, but unpaid until `settle`."""
        with self.lock:
            session, intent = checkout.attempt(self, session_id)
            charge = self._charge(intent, "pending", email, checkout.DEBIT)
            intent |= {"status": "processing", "latest_charge": charge["id"]}
            self.emit("charge.pending", charge)
            self.emit("payment_intent.processing", intent)
            return checkout.complete(self, session, "unpaid", email)

    def settle(self, session_id: str, *, ok: bool = True) -> Object:
        """The bank's answer to a direct debit: checkout.session.async_payment_succeeded or _failed."""
        with self.lock:
            session = self.get("checkout.session", session_id)
            intent = self.get("payment_intent", session["payment_intent"])
            charge = self.get("charge", intent["latest_charge"])
            if not ok:
                money.fail(self, intent, charge)
                return self.emit("checkout.session.async_payment_failed", session)
            money.arrive(self, intent, charge)
            session["payment_status"] = "paid"
            return self.emit("checkout.session.async_payment_succeeded", session)

    def decline(self, session_id: str, *, email: str | None = None) -> Object:
        """The card is refused: payment_intent.payment_failed; the session stays open for another try."""
        with self.lock:
            _, intent = checkout.attempt(self, session_id)
            return money.fail(self, intent, self._charge(intent, "failed", email, checkout.CARD))

    def expire(self, session_id: str) -> Object:
        """A day goes by: checkout.session.expired."""
        with self.lock:
            checkout.expire(self, {}, session_id)
            return self.events[-1]

    def intent(self, amount: int, currency: str = "eur", **data: Any) -> Object:
        """A payment intent that was made outside Checkout; returns the intent."""
        with self.lock:
            return self.add(objects.intent(self, amount, currency, data))

    def save_card(
        self,
        session_id: str,
        number: str = saved.GOOD,
        *,
        expiry: tuple[int, int] = (12, 2040),
        email: str | None = None,
    ) -> Object:
        """The customer saves a card on a page of mode setup: checkout.session.completed."""
        with self.lock:
            session = self.get("checkout.session", session_id)
            if session["status"] != "open":
                raise ValueError(f"Nobody can save a card on {session_id}: it is {session['status']}.")
            saved.save(self, session, number, email, expiry)
            return checkout.complete(self, session, "no_payment_required", email)

    def authenticate(self, intent_id: str, *, ok: bool = True) -> Object:
        """The owner of a saved card answers the bank: payment_intent.succeeded or payment_failed."""
        with self.lock:
            return saved.authenticate(self, intent_id, ok)

    def detach(self, method_id: str) -> Object:
        """Somebody removes a saved card in the dashboard: payment_method.detached."""
        with self.lock:
            saved.detach(self, {}, method_id)
            return self.events[-1]

    def withdraw(self, method_id: str) -> Object:
        """The owner of a saved method withdraws at the bank that it is charged: mandate.updated."""
        with self.lock:
            return saved.withdraw(self, method_id)

    def transfer(self, invoice_id: str, amount: int) -> Object:
        """A bank transfer arrives for an invoice, of any amount: invoice_payment.paid.

        Where the invoice takes none any more, the money stays with the customer: cash_balance.funds_available.
        """
        with self.lock:
            invoice = self.get("invoice", invoice_id)
            if invoice["status"] in ("void", "paid"):
                return aftermath.leave(self, invoice, amount)
            return invoices.receive(self, invoice_id, amount)

    def set_up(self, account_id: str, *, done: bool = True) -> Object:
        """A school tells on Stripe's page what it is asked for: account.updated."""
        with self.lock:
            return connect.set_up(self, account_id, done=done)

    def reverse(self, transfer_id: str, amount: int | None = None) -> Object:
        """A transfer to a school is taken back, all or some of it: transfer.reversed."""
        with self.lock:
            return connect.reverse(self, transfer_id, amount)

    def change_invoice(self, invoice_id: str, how: str) -> Object:
        """Somebody in the dashboard: "pay" it out of band, "void" it, or "mark_uncollectible"."""
        with self.lock:
            given = {"paid_out_of_band": True} if how == "pay" else {}
            getattr(invoices, how)(self, given, invoice_id)
            return self.events[-1]

    def refund(self, payment: str, amount: int | None = None, **params: Any) -> Object:
        """Somebody refunds in the dashboard (by session, intent or charge id): refund.created."""
        with self.lock:
            if amount is not None:
                params["amount"] = amount
            refund = money.create_refund(self, params | {"charge": self.charge_of(payment)["id"]})
            return self.event("refund.created", refund["id"])

    def finish_refund(self, refund_id: str, *, ok: bool = True) -> Object:
        """A pending refund (`fake.refund_status = "pending"`) ends: refund.updated or refund.failed."""
        with self.lock:
            return money.finish_refund(self, refund_id, ok)

    def dispute(self, payment: str, amount: int | None = None, reason: str = "fraudulent") -> Object:
        """The cardholder disputes the payment: charge.dispute.created."""
        with self.lock:
            return money.open_dispute(self, self.charge_of(payment), amount, reason)

    def close_dispute(self, dispute_id: str, *, won: bool) -> Object:
        """The bank decides: charge.dispute.closed."""
        with self.lock:
            return money.close_dispute(self, dispute_id, won)

    def charge_of(self, payment: str) -> Object:
        """The charge behind a session, an intent or a charge id."""
        found = self.objects[payment]
        if found["object"] == "charge":
            return found
        return self.charge_of(found.get("payment_intent") or found["latest_charge"])

    def event(self, type: str, about: str | None = None) -> Object:
        """The newest event of that type, about that object if one is named."""
        fitting = [e for e in self.events if e["type"] == type and about in (None, e["data"]["object"]["id"])]
        return fitting[-1]

    def calls(self, method: str, path: str) -> list[Any]:
        """The requests that arrived for exactly this endpoint, in order."""
        return [call for call in self.requests if (call.method, call.path) == (method, path)]

    def delivery(
        self,
        event: Object,
        secret: str = webhooks.SECRET,
        *,
        secrets: Sequence[str] = (),
        timestamp: int | None = None,
        livemode: bool | None = None,
    ) -> tuple[bytes, dict[str, str]]:
        """Body and headers of the webhook request for a snapshot or thin event, signed."""
        payload = event if livemode is None else event | {"livemode": livemode}
        return webhooks.signed(payload, secrets or (secret,), timestamp)

    def delivered(self, event: Object) -> None:
        """Every endpoint took the event: it leaves the list of undelivered ones."""
        self.objects[event["id"]]["pending_webhooks"] = 0

    def thin(self, event: Object) -> Object:
        """The thin notification for a snapshot event, retrievable under its own id."""
        with self.lock:
            return webhooks.thin(self, event)

    def _charge(self, intent: Object, status: str, email: str | None, method: Object) -> Object:
        return self.add(objects.charge(self, intent, status, email, method))

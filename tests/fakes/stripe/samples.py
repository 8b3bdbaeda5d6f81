"""A payment as our application asks for it, for tests that only need some session."""

from typing import Any, cast

import stripe


def wish(amount: int = 5000, currency: str = "eur", **more: Any) -> dict[str, Any]:
    """The parameters of a session for one pledge, in minor units."""
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "School fees"}}
    return {
        "mode": "payment",
        "success_url": "https://vouch.test/p/1?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://vouch.test/p/1",
        "client_reference_id": "attempt-1",
        "line_items": [{"quantity": 1, "price_data": price}],
        "metadata": {"attempt": "1"},
        "payment_intent_data": {"metadata": {"attempt": "1"}},
    } | more


def open_session(client: stripe.StripeClient, key: str | None = None, **more: Any) -> stripe.checkout.Session:
    """A session that nobody has paid yet, created with the idempotency key if one is given."""
    options: Any = {"idempotency_key": key} if key else {}
    return client.v1.checkout.sessions.create(params=cast(Any, wish(**more)), options=options)


def open_setup(client: stripe.StripeClient, **more: Any) -> stripe.checkout.Session:
    """A session on which somebody can save a card."""
    wanted: Any = {
        "mode": "setup",
        "currency": "eur",
        "customer_creation": "always",
        "success_url": "https://vouch.test/p/1",
        "custom_text": {"submit": {"message": "I agree to be charged later."}},
    }
    return client.v1.checkout.sessions.create(params=wanted | more)


def open_invoice(client: stripe.StripeClient, amount: int = 5000) -> stripe.Invoice:
    """An invoice over one item, finalized and sent, due in 30 days."""
    v1 = client.v1
    customer = v1.customers.create({"email": "accounts@company.example", "name": "Company"}).id
    terms: Any = {"collection_method": "send_invoice", "days_until_due": 30, "currency": "eur"}
    draft = v1.invoices.create({"customer": customer, **terms}).id
    v1.invoice_items.create({"customer": customer, "invoice": draft, "amount": amount, "currency": "eur"})
    v1.invoices.finalize_invoice(draft)
    return v1.invoices.send_invoice(draft)

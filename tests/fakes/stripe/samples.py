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

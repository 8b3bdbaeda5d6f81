"""Events as they are delivered: snapshot or thin, signed with the endpoint's secret or secrets."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import stripe

from tests.fakes.stripe.state import Object, State

SECRET = "whsec_fake"
PATHS = {
    "checkout.session": "/v1/checkout/sessions",
    "payment_intent": "/v1/payment_intents",
    "setup_intent": "/v1/setup_intents",
    "payment_method": "/v1/payment_methods",
    "invoice": "/v1/invoices",
    "charge": "/v1/charges",
    "refund": "/v1/refunds",
    "dispute": "/v1/disputes",
}


def signed(payload: Object, secrets: Sequence[str], timestamp: int | None) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a delivery; one `v1` signature for each secret, as while one is rotated."""
    body = json.dumps(payload, indent=2)
    sign = stripe.WebhookSignature.generate_signature_header
    first, *others = [sign(body, secret, timestamp) for secret in secrets]
    if others:
        stamp = int(first.split(",")[0].removeprefix("t="))
        others = [sign(body, secret, stamp).split(",")[1] for secret in secrets[1:]]
    signature = ",".join([first, *others])
    return body.encode(), {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}


def thin(state: State, event: Object) -> Object:
    """The thin twin of a snapshot event: it names the object and says nothing about it."""
    obj = event["data"]["object"]
    url = f"{PATHS[obj['object']]}/{obj['id']}"
    notice = {
        "id": state.new_id("evt_test"),
        "object": "v2.core.event",
        "type": f"v1.{event['type']}",
        "created": datetime.fromtimestamp(event["created"], UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "livemode": event["livemode"],
        "context": None,
        "reason": None,
        "related_object": {"id": obj["id"], "type": obj["object"], "url": url},
        "snapshot_event": event["id"],
    }
    return state.add(notice)

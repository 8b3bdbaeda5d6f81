"""Whose events are taken in: only those that Stripe signed for this address, lately, and of our mode."""

import json
import time

import pytest
import stripe
import structlog

from campaigns.kit import db
from campaigns.payment import gateway
from campaigns.payment.gateway import Gateway
from campaigns.payment.models import ProviderEvent
from campaigns.payment.rules import inbox
from campaigns.pledge.models import Pledge
from tests.cast.cards import SECRET, WEBHOOK, Cards, check_paid_once, check_unpaid, event_states
from tests.fakes.stripe.state import Object

THIN = f"{WEBHOOK}/thin"


@pytest.fixture
def paid(cards: Cards, card_pledge: Pledge) -> Object:
    """The event of a payment that nobody has told us of yet."""
    return cards.fake.pay(cards.page(card_pledge))


def refuses(cards: Cards, body: bytes, headers: dict[str, str], to: str = WEBHOOK) -> None:
    """The delivery is answered with 400 and leaves no row."""
    assert cards.app.test_client().post(to, data=body, headers=headers).status_code == 400
    assert event_states() == {}


def signed(body: str, secret: str = SECRET) -> dict[str, str]:
    return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, secret)}


def use_secrets(cards: Cards, *secrets: str) -> None:
    client = cards.fake.client()
    cards.app.extensions[gateway.EXTENSION] = Gateway(client, client, secrets, livemode=False)


def test_a_tampered_body_is_refused(cards, card_pledge, paid):
    """Edge case 1: a tampered body is answered with 400 and leaves no row."""
    body, headers = cards.fake.delivery(paid, SECRET)
    refuses(cards, body.replace(b'"amount_total": 5000', b'"amount_total": 9000'), headers)
    check_unpaid(card_pledge)


@pytest.mark.parametrize("signature", [None, "", "t=,v1=", "t=1", "v1=abc", "nonsense"])
def test_a_missing_or_empty_signature_is_refused(cards, paid, signature):
    """Edge case 2: a missing, empty or unreadable header is answered with 400."""
    body, headers = cards.fake.delivery(paid, SECRET)
    del headers["Stripe-Signature"]
    refuses(cards, body, headers | ({} if signature is None else {"Stripe-Signature": signature}))


def test_an_old_delivery_is_refused(cards, paid):
    """Edge case 3: a signature older than five minutes is answered with 400, so that none can be replayed later."""
    refuses(cards, *cards.fake.delivery(paid, SECRET, timestamp=int(time.time()) - 301))


def test_a_delivery_signed_with_the_old_and_the_new_secret_is_taken(cards, card_pledge, paid):
    """Edge case 4: while Stripe rotates the secret it signs with both, and either is enough."""
    assert cards.post(paid, secrets=["whsec_before", SECRET]).status_code == 200
    inbox.work_off()
    check_paid_once(card_pledge)


def test_either_of_our_own_secrets_will_do(cards, paid):
    """Edge case 4: while we change our secret, events signed with the old or the new one are taken."""
    use_secrets(cards, "whsec_new", SECRET)
    assert cards.post(paid).status_code == 200
    assert cards.post(paid, secret="whsec_new").status_code == 200
    refuses_other = cards.post(paid, secret="whsec_stranger")
    assert refuses_other.status_code == 400


@pytest.mark.parametrize("to", [WEBHOOK, THIN])
@pytest.mark.parametrize(
    "body",
    ["[]", '["event"]', "3", '"event"', "null", "true", "{", "", "{}", '{"object": "charge"}', '{"object": "event"}'],
)
def test_what_is_no_event_is_refused_though_signed(cards, body, to):
    """Edge case 5: a JSON array, another value, bad JSON, or no event, signed all the same, is answered with 400."""
    refuses(cards, body.encode(), signed(body), to)


@pytest.mark.parametrize("to", [WEBHOOK, THIN])
def test_a_body_that_is_no_text_is_refused(cards, to):
    """Edge case 5: bytes that are not UTF-8 are answered with 400."""
    refuses(cards, b"\xff\xfe{}", signed("{}"), to)


@pytest.mark.parametrize("secret", ["", " ", SECRET])
def test_no_event_is_taken_where_no_secret_is_set(cards, paid, secret):
    """Edge case 6: with an empty configured secret every event is refused, also one signed with nothing."""
    use_secrets(cards)
    refuses(cards, *cards.fake.delivery(paid, secret))


def test_a_blank_secret_signs_nothing(cards, paid):
    """Edge case 6: a secret of spaces is none."""
    use_secrets(cards, " ")
    refuses(cards, *cards.fake.delivery(paid, " "))


def test_an_event_of_the_other_mode_is_ignored_and_logged(cards, card_pledge, paid):
    """Edge case 7: a live event at a test key (or the reverse) is answered with 200, kept as ignored, and logged."""
    with structlog.testing.capture_logs() as logs:
        assert cards.post(paid, livemode=True).status_code == 200
    inbox.work_off()
    assert event_states() == {paid["id"]: "ignored"}
    assert [(log["event"], log["event_id"]) for log in logs if log["log_level"] == "warning"] == [
        ("payment.event_of_other_mode", paid["id"])
    ]
    check_unpaid(card_pledge)


def test_an_event_of_an_unknown_type_is_taken_and_ignored(cards, paid):
    """Edge case 8: an event type that we know nothing of is answered with 200."""
    unheard = cards.fake.emit("treasury.moon_landed", {"id": "moon_1", "object": "moon"})
    cards.deliver(unheard)
    assert event_states() == {unheard["id"]: "ignored"}


def test_thin_and_snapshot_events_have_each_their_address(cards, card_pledge, paid):
    """Edge case 16: a thin event in the snapshot endpoint, and the reverse, is answered with 400."""
    refuses(cards, *cards.fake.delivery(cards.fake.thin(paid), SECRET), to=WEBHOOK)
    refuses(cards, *cards.fake.delivery(paid, SECRET), to=THIN)
    check_unpaid(card_pledge)


def test_a_thin_event_fetches_what_it_names(cards, card_pledge, paid):
    """Edge case 17: a thin event says nothing of the payment; it is fetched, and booked."""
    notice = cards.fake.thin(paid)
    assert cards.post(notice, to=THIN).status_code == 200
    row = db.session.get_one(ProviderEvent, notice["id"])
    assert (row.type, row.object_ref) == ("checkout.session.completed", paid["data"]["object"]["id"])
    assert "amount_total" not in json.loads(row.body)
    inbox.work_off()
    assert len(cards.fake.calls("GET", f"/v1/checkout/sessions/{row.object_ref}")) == 1
    check_paid_once(card_pledge)


@pytest.mark.parametrize("to", [WEBHOOK, THIN])
def test_without_a_key_there_is_no_such_address(client, to):
    assert client.post(to, data=b"{}").status_code == 404

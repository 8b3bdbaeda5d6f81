"""The double of Stripe keeps its promises, as seen through the real SDK."""

import json
from typing import Any

import pytest
import stripe

from tests.fakes.stripe import FakeStripe
from tests.fakes.stripe.samples import open_session

SECRET = "whsec_test"


@pytest.fixture
def fake() -> FakeStripe:
    return FakeStripe()


@pytest.fixture
def client(fake: FakeStripe) -> stripe.StripeClient:
    return fake.client()


def read(client: stripe.StripeClient, session: Any, *expand: str) -> Any:
    return client.v1.checkout.sessions.retrieve(session.id, params={"expand": list(expand)})


def test_a_new_session_is_open_unpaid_and_has_a_page(client):
    session = open_session(client)
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert session.url == f"https://checkout.stripe.com/c/pay/{session.id}"
    assert (session.amount_total, session.currency, session.metadata["attempt"]) == (5000, "eur", "1")


def test_a_paid_session_leads_to_its_charge_and_its_fee(fake, client):
    session = open_session(client)
    fake.pay(session.id, email="sponsor@example.com")
    paid = read(client, session, "payment_intent.latest_charge.balance_transaction")
    charge = paid.payment_intent.latest_charge
    booked = charge.balance_transaction
    assert (paid.status, paid.payment_status, paid.payment_intent.status) == ("complete", "paid", "succeeded")
    assert paid.payment_intent.metadata["attempt"] == "1"
    assert (charge.amount, booked.fee, booked.net) == (5000, 100, 4900)
    assert paid.customer_details.email == "sponsor@example.com"


def test_a_payment_is_told_in_signed_events(fake, client):
    completed = fake.pay(open_session(client).id)
    body, headers = fake.delivery(completed, SECRET)
    event = client.construct_event(body, headers["Stripe-Signature"], SECRET)
    assert (event.type, event.data.object.payment_status) == ("checkout.session.completed", "paid")
    assert event.api_version == client._requestor.stripe_version
    assert {e["type"] for e in fake.events} >= {"payment_intent.succeeded", "charge.succeeded"}


@pytest.mark.parametrize("secret", ["whsec_old", "whsec_new"])
def test_while_a_secret_is_rotated_both_verify(fake, client, secret):
    body, headers = fake.delivery(fake.pay(open_session(client).id), secrets=["whsec_old", "whsec_new"])
    assert stripe.Webhook.construct_event(body, headers["Stripe-Signature"], secret).livemode is False


def test_an_old_or_foreign_signature_does_not_verify(fake, client):
    completed = fake.pay(open_session(client).id)
    for delivery in (fake.delivery(completed, SECRET, timestamp=1), fake.delivery(completed, "whsec_other")):
        with pytest.raises(stripe.SignatureVerificationError):
            client.construct_event(delivery[0], delivery[1]["Stripe-Signature"], SECRET)


def test_a_delivery_may_claim_another_mode(fake, client):
    body, _ = fake.delivery(fake.pay(open_session(client).id), livemode=True)
    assert json.loads(body)["livemode"] is True


def test_a_thin_event_leads_to_its_object_and_its_snapshot(fake, client):
    session = open_session(client)
    completed = fake.pay(session.id)
    body, headers = fake.delivery(fake.thin(completed), SECRET)
    notice = client.parse_event_notification(body, headers["Stripe-Signature"], SECRET)
    assert notice.type == "v1.checkout.session.completed"
    assert notice.fetch_related_object().payment_status == "paid"
    assert notice.fetch_event().snapshot_event == completed["id"]
    assert client.v2.core.events.retrieve(notice.id).type == notice.type


def test_thin_and_snapshot_events_are_not_taken_for_each_other(fake, client):
    completed = fake.pay(open_session(client).id)
    snapshot, thin = fake.delivery(completed, SECRET), fake.delivery(fake.thin(completed), SECRET)
    with pytest.raises(ValueError, match="thin event notification"):
        client.construct_event(thin[0], thin[1]["Stripe-Signature"], SECRET)
    with pytest.raises(ValueError, match="webhook payload"):
        client.parse_event_notification(snapshot[0], snapshot[1]["Stripe-Signature"], SECRET)


def test_a_direct_debit_is_completed_first_and_paid_later(fake, client):
    session = open_session(client)
    assert fake.pay_later(session.id)["data"]["object"]["payment_status"] == "unpaid"
    assert read(client, session, "payment_intent").payment_intent.status == "processing"
    assert fake.settle(session.id)["type"] == "checkout.session.async_payment_succeeded"
    assert read(client, session).payment_status == "paid"


def test_a_direct_debit_may_fail_later(fake, client):
    session = open_session(client)
    fake.pay_later(session.id)
    assert fake.settle(session.id, ok=False)["type"] == "checkout.session.async_payment_failed"
    after = read(client, session, "payment_intent")
    assert (after.payment_status, after.payment_intent.status) == ("unpaid", "requires_payment_method")


def test_after_a_decline_the_same_session_can_be_paid(fake, client):
    session = open_session(client)
    declined = fake.decline(session.id)["data"]["object"]
    assert declined["last_payment_error"]["code"] == "card_declined"
    assert read(client, session).status == "open"
    fake.pay(session.id)
    assert read(client, session).payment_intent == declined["id"]
    assert [charge.status for charge in client.v1.charges.list().data] == ["succeeded", "failed"]


def test_another_amount_than_asked_shows_in_every_object(fake, client):
    session = open_session(client)
    fake.pay(session.id, amount=4000, currency="usd")
    paid = read(client, session, "payment_intent.latest_charge")
    objects = [paid, paid.payment_intent, paid.payment_intent.latest_charge]
    assert [obj.currency for obj in objects] == ["usd"] * 3
    assert (paid.amount_total, paid.payment_intent.amount_received) == (4000, 4000)


def test_an_expired_session_takes_no_money(fake, client):
    session = open_session(client)
    client.v1.checkout.sessions.expire(session.id)
    assert (read(client, session).status, read(client, session).url) == ("expired", None)
    assert fake.event("checkout.session.expired", session.id)
    with pytest.raises(ValueError, match="expired"):
        fake.pay(session.id)
    with pytest.raises(stripe.InvalidRequestError, match="Only Checkout Sessions"):
        client.v1.checkout.sessions.expire(session.id)


def test_partial_refunds_add_up_and_stop_at_the_charge(fake, client):
    session = open_session(client)
    intent = fake.pay(session.id)["data"]["object"]["payment_intent"]
    first, second = (client.v1.refunds.create({"payment_intent": intent, "amount": 2000}) for _ in range(2))
    assert first.id != second.id
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        client.v1.refunds.create({"payment_intent": intent, "amount": 1001})
    assert client.v1.refunds.create({"payment_intent": intent}).amount == 1000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_already_refunded"
    assert fake.charge_of(session.id)["refunded"] is True


def test_a_refund_that_fails_gives_the_money_back_to_us(fake, client):
    session = open_session(client)
    fake.pay(session.id)
    fake.refund_status = "pending"
    refund = fake.refund(session.id, 2000)["data"]["object"]
    assert fake.finish_refund(refund["id"], ok=False)["type"] == "refund.failed"
    assert client.v1.refunds.retrieve(refund["id"]).status == "failed"
    assert fake.charge_of(session.id)["amount_refunded"] == 0
    assert sum(row.amount for row in client.v1.balance_transactions.list().data) == 5000


def test_a_dispute_takes_the_money_and_bars_refunds(fake, client):
    session = open_session(client)
    fake.pay(session.id)
    dispute = fake.dispute(session.id, 3000)["data"]["object"]
    assert client.v1.disputes.retrieve(dispute["id"]).balance_transactions[0].net == -4500
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": dispute["charge"]})
    assert refused.value.code == "charge_disputed"
    fake.close_dispute(dispute["id"], won=True)
    assert client.v1.disputes.retrieve(dispute["id"]).status == "won"
    assert fake.event("charge.dispute.funds_reinstated", dispute["id"])


def test_undelivered_events_are_listed_until_they_are_taken(fake, client):
    completed = fake.pay(open_session(client).id)
    missed = {"delivery_success": False, "types": ["checkout.session.completed"]}
    assert [event.id for event in client.v1.events.list(missed).data] == [completed["id"]]
    fake.delivered(completed)
    assert client.v1.events.list(missed).data == []
    assert client.v1.events.list({"type": "checkout.*"}).data[0].id == completed["id"]


def test_lists_are_paged_newest_first(client):
    made = [open_session(client).id for _ in range(5)]
    pages = client.v1.checkout.sessions.list({"limit": 2})
    assert (len(pages.data), pages.has_more) == (2, True)
    assert [session.id for session in pages.auto_paging_iter()] == made[::-1]


def test_intents_are_found_by_metadata_and_cancelled(fake, client):
    intent = fake.intent(700, metadata={"attempt": "7"})
    fake.intent(700, metadata={"attempt": "8"})
    found = client.v1.payment_intents.search({"query": "metadata['attempt']:'7'"})
    assert [row.id for row in found.data] == [intent["id"]]
    assert client.v1.payment_intents.cancel(intent["id"]).status == "canceled"


def test_the_intent_of_a_session_ends_with_the_session(fake, client):
    session = open_session(client)
    intent = fake.decline(session.id)["data"]["object"]
    with pytest.raises(stripe.InvalidRequestError, match="expire its Checkout Session"):
        client.v1.payment_intents.cancel(intent["id"])
    fake.expire(session.id)
    assert client.v1.payment_intents.retrieve(intent["id"]).status == "canceled"

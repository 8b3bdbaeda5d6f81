"""The double of Stripe sends objects of the real shape, and serves the page people pay on."""

import json
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.fakes.stripe import FakeStripe
from tests.fakes.stripe.samples import open_invoice, open_session, open_setup
from tests.fakes.stripe.server import Memory, Postman, build

PUBLISHED = Path(__file__).parents[3] / "shared/stripe/fixtures3.json"


@pytest.fixture
def fake() -> FakeStripe:
    return FakeStripe()


def every_kind(fake: FakeStripe) -> dict[str, dict[str, Any]]:
    """One object of each kind, after a payment with all its consequences."""
    client = fake.client()
    client.v1.customers.create({"email": "sponsor@example.com"})
    session = open_session(client)
    fake.pay(session.id)
    fake.refund(session.id, 100)
    fake.dispute(session.id, 200)
    fake.save_card(open_setup(client).id)
    fake.withdraw(fake.all("payment_method")[0]["id"])
    fake.transfer(open_invoice(client).id, 5000)
    account = client.v1.accounts.create({"type": "express", "capabilities": {"transfers": {"requested": True}}}).id
    fake.set_up(account)
    client.v1.transfers.create({"amount": 100, "currency": "eur", "destination": account})
    return {obj["object"]: obj for obj in fake.objects.values()}


@pytest.mark.skipif(not PUBLISHED.exists(), reason="Stripe's sample objects are not on this machine")
def test_no_object_has_a_field_that_stripes_samples_lack(fake):
    published = json.loads(PUBLISHED.read_text())["resources"]
    extra = {kind: obj.keys() - published[kind].keys() for kind, obj in every_kind(fake).items()}
    assert len(extra) == 16
    assert {kind: names for kind, names in extra.items() if names} == {}


def test_no_object_has_a_field_that_the_sdk_does_not_know(fake):
    kinds = [
        stripe.checkout.Session,
        stripe.PaymentIntent,
        stripe.Charge,
        stripe.Refund,
        stripe.Event,
        stripe.BalanceTransaction,
        stripe.Dispute,
        stripe.Customer,
        stripe.SetupIntent,
        stripe.PaymentMethod,
        stripe.Invoice,
        stripe.InvoiceItem,
        stripe.InvoicePayment,
        stripe.Account,
        stripe.Mandate,
        stripe.Transfer,
    ]
    made = every_kind(fake)
    extra = {kind.OBJECT_NAME: made[kind.OBJECT_NAME].keys() - kind.__annotations__.keys() for kind in kinds}
    assert {kind: names for kind, names in extra.items() if names} == {}


def test_the_hosted_page_takes_a_card_and_sends_the_customer_back():
    fake = build("sk_test_fake", "http://127.0.0.1:12111")
    session, browser = open_session(fake.client()), fake.app.test_client()
    page = f"/c/pay/{session.id}"
    assert session.url == f"http://127.0.0.1:12111{page}"
    assert "€50.00" in browser.get(page).text
    assert browser.post(page, data={"card": "4000 0000 0000 0002"}).status_code == 402
    paid = browser.post(page, data={"card": "4242 4242 4242 4242"})
    assert (paid.status_code, paid.location) == (303, f"https://vouch.test/p/1?session={session.id}")
    assert fake.objects[session.id]["payment_status"] == "paid"
    assert browser.get(page).status_code == 410


def test_the_page_that_saves_a_card_and_the_banks_question():
    fake = build("sk_test_fake", "http://127.0.0.1:12111")
    client, browser = fake.client(), fake.app.test_client()
    session = open_setup(client)
    assert "I agree" in browser.get(f"/c/pay/{session.id}").text
    assert browser.post(f"/c/pay/{session.id}", data={"card": "4000 0027 6000 3184"}).status_code == 303
    card = fake.all("payment_method")[0]
    asked = {"payment_method": card["id"], "customer": card["customer"], "off_session": True, "confirm": True}
    with pytest.raises(stripe.CardError, match="authentication"):
        client.v1.payment_intents.create({"amount": 5000, "currency": "eur", **asked})
    intent = fake.all("payment_intent")[0]["id"]
    back = {"return_url": "https://vouch.test/p/1", "payment_method": card["id"]}
    page = client.v1.payment_intents.confirm(intent, back).next_action.redirect_to_url.url
    assert page == f"http://127.0.0.1:12111/c/authenticate/{intent}"
    assert browser.post(page, data={"answer": "yes"}).location == "https://vouch.test/p/1"
    assert fake.objects[intent]["status"] == "succeeded"
    assert browser.get(page).status_code == 410


def test_the_page_of_an_invoice_takes_a_transfer_of_any_amount():
    fake = build("sk_test_fake", "http://127.0.0.1:12111")
    invoice, browser = open_invoice(fake.client()), fake.app.test_client()
    assert "€50.00" in browser.get(f"/i/{invoice.id}").text
    browser.post(f"/i/{invoice.id}", data={"amount": "2000"})
    assert (fake.objects[invoice.id]["status"], fake.objects[invoice.id]["amount_remaining"]) == ("open", 3000)
    browser.post(f"/i/{invoice.id}", data={"amount": "4000"})
    assert (fake.objects[invoice.id]["status"], fake.objects[invoice.id]["amount_overpaid"]) == ("paid", 1000)
    assert invoice.number in browser.get("/").text


def test_a_stand_in_that_starts_anew_knows_what_it_has_promised(tmp_path):
    first, file = build("sk_test_fake", "http://127.0.0.1:12111"), tmp_path / "kept"
    Memory(first, file).recall()
    first.app.after_request(Memory(first, file).keep)
    session = open_session(first.client())
    second = build("sk_test_fake", "http://127.0.0.1:12111")
    Memory(second, file).recall()
    assert second.objects[session.id]["status"] == "open"


def test_an_event_that_nobody_takes_stays_undelivered(fake):
    completed = fake.pay(open_session(fake.client()).id)
    assert Postman(fake, "http://127.0.0.1:1/hook", "whsec_test").deliver(completed) is False
    assert completed["pending_webhooks"] == 1


@pytest.mark.parametrize(("answer", "status"), [("paid", "paid"), ("failed", "unpaid")])
def test_the_dashboard_gives_the_banks_late_answer_once(answer, status):
    fake = build("sk_test_fake", "http://127.0.0.1:12111")
    session, browser = open_session(fake.client()), fake.app.test_client()
    browser.post(f"/c/pay/{session.id}", data={"method": "debit"})
    settle = f"/c/settle/{session.id}"
    assert settle in browser.get("/").text
    browser.post(settle, data={"answer": answer})
    browser.post(settle, data={"answer": "paid"})
    assert fake.objects[session.id]["payment_status"] == status
    assert settle not in browser.get("/").text

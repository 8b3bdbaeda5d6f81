"""The double of Stripe refuses and fails as Stripe does, as seen through the real SDK."""

from typing import Any

import pytest
import stripe

from tests.fakes.stripe import FakeStripe, faults
from tests.fakes.stripe.samples import open_session, wish

SESSIONS = "/v1/checkout/sessions"
DAY = 24 * 60 * 60


@pytest.fixture
def clock() -> list[float]:
    return [1_800_000_000.0]


@pytest.fixture
def fake(clock: list[float]) -> FakeStripe:
    return FakeStripe(clock=lambda: clock[0])


@pytest.fixture
def client(fake: FakeStripe, monkeypatch: pytest.MonkeyPatch) -> stripe.StripeClient:
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)
    return fake.client()


def item(**price_data: Any) -> list[dict[str, Any]]:
    price = {"currency": "eur", "unit_amount": 5000, "product_data": {"name": "School fees"}} | price_data
    return [{"quantity": 1, "price_data": price}]


def refuses(client: stripe.StripeClient, params: dict[str, Any]) -> tuple[str | None, str | None]:
    """The code and the parameter with which a session is refused."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(params=params)
    assert refused.value.http_status == 400
    return refused.value.code, refused.value.param


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"payment_intent_data": {"note": "x"}}, "payment_intent_data[note]"),
        ({"line_items": item(amount=1)}, "line_items[0][price_data][amount]"),
        ({"idempotency_key": "in-the-wrong-place"}, "idempotency_key"),
    ],
)
def test_an_unknown_parameter_is_refused_at_any_depth(client, more, param):
    assert refuses(client, wish() | more) == ("parameter_unknown", param)


@pytest.mark.parametrize("name", ["mode", "line_items", "success_url"])
def test_a_missing_parameter_is_refused(client, name):
    params = wish()
    del params[name]
    assert refuses(client, params) == ("parameter_missing", name)


@pytest.mark.parametrize(
    ("more", "code", "param"),
    [
        ({"line_items": item(product_data={})}, "parameter_missing", "line_items[0][price_data][product_data]"),
        (
            {"line_items": item(product_data={"images": ["x"]})},
            "parameter_missing",
            "line_items[0][price_data][product_data][name]",
        ),
        (
            {"line_items": item(unit_amount="50.00")},
            "parameter_invalid_integer",
            "line_items[0][price_data][unit_amount]",
        ),
        ({"line_items": item(unit_amount=49)}, "amount_too_small", None),
        ({"customer_email": ""}, "parameter_invalid_empty", "customer_email"),
        ({"locale": "es-MX"}, None, "locale"),
        ({"metadata": {"note": "x" * 501}}, None, "metadata[note]"),
        ({"expires_at": 1_800_000_000 + 29 * 60}, None, "expires_at"),
        ({"client_reference_id": "x" * 201}, None, "client_reference_id"),
    ],
)
def test_a_wrong_value_is_refused_where_it_stands(client, more, code, param):
    assert refuses(client, wish() | more) == (code, param)


def test_a_currency_without_minor_units_is_counted_whole(client):
    assert open_session(client, amount=5000, currency="jpy").amount_total == 5000
    assert refuses(client, wish(49, "jpy"))[0] == "amount_too_small"


def test_unknown_ids_and_foreign_keys_are_refused(fake, client):
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.payment_intents.retrieve("pi_unknown")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.AuthenticationError):
        fake.client("sk_test_other").v1.events.list()
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.v1.payouts.list()


def test_the_same_key_and_parameters_replay_the_first_answer(fake, client):
    first, again = open_session(client, "attempt:1"), open_session(client, "attempt:1")
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(fake.all("checkout.session")) == 1
    assert [call.key for call in fake.calls("POST", SESSIONS)] == ["attempt:1", "attempt:1"]


def test_a_replay_tells_what_was_then_not_what_is_now(fake, client):
    session = open_session(client, "attempt:1")
    fake.pay(session.id)
    assert open_session(client, "attempt:1").status == "open"


def test_the_same_key_with_other_parameters_is_an_error(fake, client):
    open_session(client, "attempt:1")
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        open_session(client, "attempt:1", amount=6000)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.customers.create(options={"idempotency_key": "attempt:1"})
    assert len(fake.all("checkout.session")) == 1


def test_a_key_is_forgotten_after_a_day(clock, client):
    first = open_session(client, "attempt:1")
    clock[0] += DAY + 1
    assert open_session(client, "attempt:1").id != first.id


def test_a_validation_error_does_not_use_up_the_key(client):
    with pytest.raises(stripe.InvalidRequestError):
        open_session(client, "attempt:1", colour="blue")
    assert open_session(client, "attempt:1").status == "open"


def test_a_refusal_by_the_endpoint_is_replayed(fake, client):
    with pytest.raises(stripe.InvalidRequestError):
        open_session(client, "attempt:1", amount=1)
    with pytest.raises(stripe.InvalidRequestError) as again:
        open_session(client, "attempt:1", amount=1)
    assert again.value.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    "fault",
    [
        faults.server_error(),
        faults.lock_timeout(),
        faults.key_in_use(),
        faults.refused_connection(),
        faults.lost_answer(),
        faults.timed_out(),
        faults.server_error(committed=True),
    ],
)
def test_the_sdk_gets_over_one_failure_with_the_same_key(fake, client, fault):
    fake.faults.append(fault)
    session = open_session(client)
    first, second = fake.calls("POST", SESSIONS)
    assert first == second
    assert [made["id"] for made in fake.all("checkout.session")] == [session.id]


@pytest.mark.parametrize(
    ("fault", "error", "made"),
    [
        (faults.server_error(), stripe.APIError, 0),
        (faults.lock_timeout(), stripe.APIError, 0),
        (faults.key_in_use(), stripe.APIError, 0),
        (faults.refused_connection(), stripe.APIConnectionError, 0),
        (faults.lost_answer(), stripe.APIConnectionError, 1),
        (faults.timed_out(), stripe.APIConnectionError, 1),
    ],
)
def test_the_sdk_gives_up_after_three_failures(fake, client, fault, error, made):
    fake.faults += [fault] * 3
    with pytest.raises(error) as failed:
        open_session(client)
    assert failed.value.http_status == (None if fault.breaks else fault.status)
    assert (len(fake.calls("POST", SESSIONS)), len(fake.all("checkout.session"))) == (3, made)


def test_a_session_whose_answer_was_lost_is_found_with_the_same_key(fake, client):
    fake.faults += [faults.timed_out()] * 3
    with pytest.raises(stripe.APIConnectionError):
        open_session(client, "attempt:1")
    assert open_session(client, "attempt:1").id == fake.all("checkout.session")[0]["id"]


def test_the_sdk_does_not_retry_when_the_rate_is_limited(fake, client):
    fake.faults.append(faults.rate_limited())
    with pytest.raises(stripe.RateLimitError):
        open_session(client)
    assert len(fake.calls("POST", SESSIONS)) == 1


def test_the_sdk_follows_the_advice_not_to_retry(fake, client):
    fake.faults.append(faults.server_error(retry=False))
    with pytest.raises(stripe.APIError):
        open_session(client)
    assert len(fake.calls("POST", SESSIONS)) == 1


def test_a_fault_waits_for_the_call_it_is_meant_for(fake, client):
    fake.faults.append(faults.rate_limited(on="POST /v1/refunds"))
    intent = fake.pay(open_session(client).id)["data"]["object"]["payment_intent"]
    with pytest.raises(stripe.RateLimitError):
        client.v1.refunds.create({"payment_intent": intent})
    assert fake.faults == []
    assert client.v1.refunds.create({"payment_intent": intent}).status == "succeeded"

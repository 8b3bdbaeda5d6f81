"""The API as a Flask application: key, faults, parameters, idempotency, then the endpoint."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, jsonify, request

from tests.fakes.stripe import faults
from tests.fakes.stripe.errors import Refusal, invalid, key_reused, wrong_key
from tests.fakes.stripe.lists import expanded
from tests.fakes.stripe.params import check, decode
from tests.fakes.stripe.resources import ENDPOINTS, Endpoint
from tests.fakes.stripe.state import Answer, Call, Object, State

KEY_LIFETIME = 24 * 60 * 60
Reply = tuple[int, Object, dict[str, str]]


def build(state: State) -> Flask:
    """Serve one account. What breaks a connection leaves the application as a requests exception."""
    app = Flask(__name__)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.wsgi_app = partial(with_text_length, app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way
    for row in ENDPOINTS:
        view = partial(serve, state, row)
        app.add_url_rule(row.path, endpoint=f"{row.method} {row.path}", view_func=view, methods=[row.method])
    app.register_error_handler(404, unrecognised)
    app.register_error_handler(405, unrecognised)
    return app


def with_text_length(inner: WSGIApplication, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Hand on a request of the requests adapter, which gives the length as a number; WSGI wants text."""
    return inner(environ | {"CONTENT_LENGTH": str(environ.get("CONTENT_LENGTH", ""))}, start)


def unrecognised(error: Exception) -> tuple[Response, int]:
    """The 404 for a path this double does not serve."""
    message = f"Unrecognized request URL ({request.method}: {request.path})."
    return jsonify(Refusal(message).body), 404


def serve(state: State, endpoint: Endpoint, **ids: str) -> Response:
    """Answer one call, or do with it what the waiting fault says."""
    with state.lock:
        call = read_call()
        state.requests.append(call)
        fault = faults.take(state.faults, call.method, call.path)
        if fault is None:
            return respond(state, *answer(state, endpoint, call, ids))
        if fault.committed:
            answer(state, endpoint, call, ids)
        if fault.breaks:
            raise fault.breaks("Connection broken by a waiting fault.")
        return respond(state, fault.status, {"error": dict(fault.error)}, dict(fault.headers))


def read_call() -> Call:
    """The request as it arrived: v2 bodies are JSON, v1 bodies are forms."""
    if request.path.startswith("/v2/") and request.method == "POST":
        params: dict[str, Any] = request.get_json()
    else:
        params = decode((request.args if request.method == "GET" else request.form).items(multi=True))
    key, version = (request.headers.get(name) for name in ("Idempotency-Key", "Stripe-Version"))
    return Call(request.method, request.path, params, key, version)


def answer(state: State, endpoint: Endpoint, call: Call, ids: dict[str, str]) -> Reply:
    """The endpoint's answer or its refusal; a remembered one for a known idempotency key."""
    try:
        authenticate(state)
        known = recall(state, call)
        if known:
            return known.status, known.body, {"Idempotent-Replayed": "true"}
        params = check(endpoint.shape, call.params)
        return remember(state, call, *act(state, endpoint, call, params, ids))
    except Refusal as refusal:
        return refusal.status, refusal.body, {}


def authenticate(state: State) -> None:
    """Refuse every key but the account's own."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if given != state.key:
        raise wrong_key(given)


def recall(state: State, call: Call) -> Answer | None:
    """What this idempotency key was answered with in the last 24 hours."""
    if call.method != "POST" or call.key is None:
        return None
    if len(call.key) > 255:
        raise invalid("Idempotency keys can have up to 255 characters.")
    known = state.answers.get(call.key)
    if known is None or state.clock() - known.at > KEY_LIFETIME:
        return None
    if (known.path, known.params) != (call.path, call.params):
        raise key_reused(call.key, known.path, call.path)
    return known


def act(
    state: State, endpoint: Endpoint, call: Call, params: dict[str, Any], ids: dict[str, str]
) -> tuple[int, Object]:
    """Run the endpoint; a refusal that came after validation is an answer like any other."""
    state.current = call
    expand = params.pop("expand", [])
    try:
        return 200, expanded(state.objects, endpoint.act(state, params, **ids), expand)
    except Refusal as refusal:
        if not refusal.saved:
            raise
        return refusal.status, refusal.body
    finally:
        state.current = None


def remember(state: State, call: Call, status: int, body: Object) -> Reply:
    """Keep the answer under the call's idempotency key."""
    if call.method == "POST" and call.key is not None:
        state.answers[call.key] = Answer(call.path, call.params, status, body, state.clock())
    return status, body, {}


def respond(state: State, status: int, body: Object, headers: dict[str, str]) -> Response:
    """JSON with a request id, as Stripe sends it."""
    response = jsonify(body)
    response.status_code = status
    response.headers.update({"Request-Id": state.new_id("req")} | headers)
    return response

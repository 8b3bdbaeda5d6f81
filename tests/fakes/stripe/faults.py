"""What goes wrong between us and Stripe. Append one to `fake.faults`; the next call it fits uses it up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from requests import exceptions


@dataclass(frozen=True)
class Fault:
    """One failure: an error answer, or a broken connection when `breaks` is set.

    `committed`: the request took effect and only its answer is lost.
    `on`: only for calls whose "METHOD /path" contains this text.
    """

    status: int = 500
    error: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    breaks: type[Exception] | None = None
    committed: bool = False
    on: str = ""


def take(waiting: list[Fault], method: str, path: str) -> Fault | None:
    """Use up the first fault that fits this call."""
    for position, fault in enumerate(waiting):
        if fault.on in f"{method} {path}":
            return waiting.pop(position)
    return None


def server_error(*, committed: bool = False, on: str = "", retry: bool | None = None) -> Fault:
    """A 500; `retry` sets Stripe's advice header, which outranks the SDK's own judgement."""
    headers = {} if retry is None else {"Stripe-Should-Retry": str(retry).lower()}
    error = {"type": "api_error", "message": "An unknown error occurred."}
    return Fault(500, error, headers, committed=committed, on=on)


def lock_timeout(*, on: str = "") -> Fault:
    """A 409: another request holds the object."""
    message = "This object cannot be accessed right now because another API request is accessing it."
    return Fault(409, {"type": "invalid_request_error", "code": "lock_timeout", "message": message}, on=on)


def key_in_use(*, on: str = "") -> Fault:
    """A 409: a request with the same idempotency key is still running."""
    message = "There is currently another in-progress request using this Stripe-Idempotent-Key."
    error = {"type": "idempotency_error", "code": "idempotency_key_in_use", "message": message}
    return Fault(409, error, on=on)


def rate_limited(*, on: str = "") -> Fault:
    """A 429, which the SDK does not retry by itself."""
    message = "Request rate limit exceeded."
    return Fault(429, {"type": "invalid_request_error", "code": "rate_limit", "message": message}, on=on)


def refused_connection(*, on: str = "") -> Fault:
    """The request never arrived."""
    return Fault(breaks=exceptions.ConnectionError, on=on)


def lost_answer(*, on: str = "") -> Fault:
    """The request took effect, then the connection was reset."""
    return Fault(breaks=exceptions.ConnectionError, committed=True, on=on)


def timed_out(*, committed: bool = True, on: str = "") -> Fault:
    """Nothing came back in time; at once, without waiting."""
    return Fault(breaks=exceptions.ReadTimeout, committed=committed, on=on)

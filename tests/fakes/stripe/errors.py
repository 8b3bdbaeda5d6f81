"""Refusals in the shape Stripe gives them, so that the SDK raises its own exceptions."""

from typing import Any


class Refusal(Exception):
    """A request that is answered with an error object; `saved` when an idempotency key remembers it."""

    def __init__(self, message: str, *, status: int = 400, saved: bool = True, **error: Any) -> None:
        super().__init__(message)
        self.status = status
        self.saved = saved
        self.body = {"error": {"type": "invalid_request_error", "message": message, **error}}


def invalid(message: str, **error: Any) -> Refusal:
    """A 400 for parameters that never reached the endpoint; no idempotency key remembers it."""
    return Refusal(message, saved=False, **error)


def unknown_parameter(path: str) -> Refusal:
    """The 400 for a parameter that this API version has not got."""
    return invalid(f"Received unknown parameter: {path}", code="parameter_unknown", param=path)


def missing_parameter(path: str) -> Refusal:
    """The 400 for a required parameter that was left out."""
    return invalid(f"Missing required param: {path}.", code="parameter_missing", param=path)


def no_such(kind: str, id: str, param: str = "id") -> Refusal:
    """The 404 for an id of which this account knows nothing."""
    return Refusal(f"No such {kind}: '{id}'", status=404, code="resource_missing", param=param)


def wrong_key(key: str) -> Refusal:
    """The 401 for a missing or foreign API key."""
    if not key:
        return Refusal("You did not provide an API key.", status=401, saved=False)
    return Refusal(f"Invalid API Key provided: {key[:8]}****", status=401, saved=False)


def key_reused(key: str, first: str, second: str) -> Refusal:
    """The 400 for an idempotency key that comes back with another request."""
    if first == second:
        why = "with the same parameters they were first used with"
    else:
        why = f"for the same endpoint they were first used for ('{first}' vs '{second}')"
    message = (
        f"Keys for idempotent requests can only be used {why}. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return Refusal(message, saved=False, type="idempotency_error")

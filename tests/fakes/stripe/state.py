"""What one Stripe account remembers: objects by id, events in order, calls in order."""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from threading import RLock
from typing import Any, NamedTuple
from uuid import uuid4

from stripe._api_version import _ApiVersion

from tests.fakes.stripe.errors import no_such
from tests.fakes.stripe.faults import Fault

Object = dict[str, Any]


class Call(NamedTuple):
    """One request as it arrived, whatever became of it."""

    method: str
    path: str
    params: dict[str, Any]
    key: str | None
    version: str | None


@dataclass
class Answer:
    """What an idempotency key stands for: the first request and the answer it got."""

    path: str
    params: dict[str, Any]
    status: int
    body: Object
    at: float


class State:
    """The account's memory, and the few knobs a test may turn before acting."""

    def __init__(self, key: str, clock: Callable[[], float], livemode: bool, checkout_base: str) -> None:
        self.key = key
        self.clock = clock
        self.livemode = livemode
        self.checkout_base = checkout_base
        self.lock = RLock()
        self.objects: dict[str, Object] = {}
        self.events: list[Object] = []
        self.requests: list[Call] = []
        self.answers: dict[str, Answer] = {}
        self.faults: list[Fault] = []
        self.listeners: list[Callable[[Object], None]] = []
        self.current: Call | None = None
        self.intent_data: dict[str, dict[str, Any]] = {}
        self.cards: dict[str, str] = {}  # the number behind each saved card, which says what it does
        self.terms: dict[str, int] = {}  # the days until an invoice is due, which it does not say itself
        self.left: dict[str, dict[str, int]] = {}  # what customers transferred and no open invoice has taken
        self.returns: dict[str, str] = {}  # where the page that sets an account up leads back to
        self.refund_status = "succeeded"

    def now(self) -> int:
        """The account's time, in whole seconds since the epoch."""
        return int(self.clock())

    def new_id(self, prefix: str) -> str:
        """An id as long as the real ones, so that a column which is too short shows."""
        if prefix == "cs":
            mode = "live" if self.livemode else "test"
            return f"cs_{mode}_a1{uuid4().hex}{uuid4().hex[:24]}"
        return f"{prefix}_{uuid4().hex[:24]}"

    def add(self, obj: Object) -> Object:
        """Remember an object under its id."""
        self.objects[obj["id"]] = obj
        return obj

    def get(self, kind: str, id: str, param: str = "id") -> Object:
        """The live object; a Refusal with 404 when there is none of that kind."""
        found = self.objects.get(id)
        if found is None or found["object"] != kind:
            raise no_such(kind, id, param)
        return found

    def all(self, kind: str) -> list[Object]:
        """Every object of one kind, the newest first."""
        return [obj for obj in reversed(self.objects.values()) if obj["object"] == kind]

    def emit(self, type: str, obj: Object) -> Object:
        """Record an event with a snapshot of the object as it is now, and tell the listeners."""
        call = self.current
        event = {
            "id": self.new_id("evt"),
            "object": "event",
            "api_version": _ApiVersion.CURRENT,
            "created": self.now(),
            "data": {"object": deepcopy(obj)},
            "livemode": self.livemode,
            "pending_webhooks": 1,
            "request": {"id": call and self.new_id("req"), "idempotency_key": call and call.key},
            "type": type,
        }
        self.events.append(self.add(event))
        for listener in self.listeners:
            listener(event)
        return event

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {len(self.objects)} objects, {len(self.requests)} requests>"


def time_now() -> float:
    """The wall clock, looked up at each call so that a frozen clock is seen."""
    return time.time()

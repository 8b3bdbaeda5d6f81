"""The same Stripe on a port, for a browser and for an application that runs beside it."""

import argparse
import pickle
import queue
import threading
from pathlib import Path

import requests
from flask import Response, request
from werkzeug.serving import run_simple

from tests.fakes.stripe import hosted, webhooks
from tests.fakes.stripe.fake import FakeStripe
from tests.fakes.stripe.state import Object


class Postman:
    """Posts each event to the webhook endpoint, one after the other, outside of any request."""

    def __init__(self, fake: FakeStripe, url: str, secret: str) -> None:
        self.fake, self.url, self.secret = fake, url, secret
        self.waiting: queue.Queue[Object] = queue.Queue()
        fake.listeners.append(self.waiting.put)

    def start(self) -> None:
        """Deliver in the background for as long as the process lives."""
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            self.deliver(self.waiting.get())
            self.waiting.task_done()

    def deliver(self, event: Object) -> bool:
        """Post once; what is not answered with 2xx stays among the undelivered events."""
        body, headers = self.fake.delivery(event, self.secret)
        try:
            ok = requests.post(self.url, data=body, headers=headers, timeout=30).ok
        except requests.RequestException as error:
            print(f"{event['type']}: {error}")
            return False
        if ok:
            self.fake.delivered(event)
        print(f"{event['type']}: {'delivered' if ok else 'refused'}")
        return ok


KEPT = ("objects", "events", "answers", "intent_data", "cards", "terms", "left", "returns")


class Memory:
    """The account in a file, so that a stand-in that is started anew knows what it has promised."""

    def __init__(self, fake: FakeStripe, file: Path) -> None:
        self.fake, self.file = fake, file

    def recall(self) -> None:
        """Take up what the file has."""
        if self.file.exists():
            vars(self.fake).update(pickle.loads(self.file.read_bytes()))

    def keep(self, response: Response) -> Response:
        """Write all of it after a request that may have changed something."""
        if request.method == "POST":
            with self.fake.lock:
                kept = pickle.dumps({name: getattr(self.fake, name) for name in KEPT})
            self.file.write_bytes(kept)
        return response


def build(key: str, base: str, webhook_url: str = "", webhook_secret: str = webhooks.SECRET) -> FakeStripe:
    """An account with its pages under `base`, posting its events if a URL is given."""
    fake = FakeStripe(key, checkout_base=base)
    hosted.mount(fake)
    if webhook_url:
        Postman(fake, webhook_url, webhook_secret).start()
    return fake


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.stripe", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--key", default="sk_test_fake", help="the API key that is accepted")
    parser.add_argument("--webhook-url", default="", help="where events are posted")
    parser.add_argument("--webhook-secret", default=webhooks.SECRET, help="what they are signed with")
    parser.add_argument("--keep", type=Path, help="a file in which the account is kept between two starts")
    chosen = parser.parse_args()
    base = f"http://{chosen.host}:{chosen.port}"
    fake = build(chosen.key, base, chosen.webhook_url, chosen.webhook_secret)
    if chosen.keep:
        memory = Memory(fake, chosen.keep)
        memory.recall()
        fake.app.after_request(memory.keep)
    print(f"Stripe's double on {base}, key {chosen.key}", flush=True)
    run_simple(chosen.host, chosen.port, fake.app, threaded=True)

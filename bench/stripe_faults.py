"""Pay while Stripe misbehaves: `python -m bench.stripe_faults [--tries 1000] [--share 0.5]`.

Each try is a pledge, paid on the hosted page or by a saved card, in turn. A share of all calls to Stripe (its double,
in this process; the SDK is the real one) times out, breaks, or is answered with 500, 409 or 429, before or after it
took effect. People press again, sweeps run, events come twice. Then a socket that takes calls and never answers stands
for a Stripe that is slow, and the page is timed. Exits 1 where anybody was charged twice, or not at all, where the
books are wrong, or where a page took five seconds.
"""

import argparse
import logging
import random
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
import stripe
import structlog

from bench import data
from campaigns.app import create_app
from campaigns.config import Settings
from campaigns.kit import clock, db, links
from campaigns.kit.errors import Busy, Refused
from campaigns.kit.web import VouchApp
from campaigns.ledger import rules as ledger
from campaigns.payment import gateway
from campaigns.payment.gateway import Gateway
from campaigns.payment.models import PaymentAttempt, ProviderEvent
from campaigns.payment.rules import check, checkout, inbox, reconcile
from campaigns.payment.rules.later import charging, mandates
from campaigns.pledge import queries
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.states import InstalmentState
from tests.cast.browser import Browser, submit
from tests.fakes.stripe import FakeStripe, faults

SECRET = "whsec_fake"
SLOWEST = 5.0
PRESSES = 12
KINDS = (
    faults.timed_out,
    faults.lost_answer,
    faults.refused_connection,
    faults.rate_limited,
    faults.lock_timeout,
    faults.key_in_use,
    faults.server_error,
    lambda: faults.server_error(committed=True),
    lambda: faults.timed_out(committed=False),
)


class Stage:
    """The app, its Stripe, and the share of calls that go wrong."""

    def __init__(self, folder: Path, share: float) -> None:
        self.share, self.fake = share, FakeStripe(clock=lambda: clock.now().timestamp())
        given = {"stripe_secret_key": self.fake.key, "stripe_webhook_secret": SECRET, "queue_url": "memory:"}
        settings = Settings(
            vouch_env="test", instance_path=folder, mail_url="inbox:", public_url="http://localhost", **given
        )  # type: ignore[arg-type]
        self.app = create_app(settings)
        self.app.extensions[gateway.EXTENSION] = self._gateway(settings.stripe_api_base)

    def _gateway(self, base: str) -> Gateway:
        made = (
            gateway.client(self.fake.key, base, **given, session=self.fake.session())
            for given in (gateway.PROMPT, gateway.PATIENT)
        )
        return Gateway(*made, (SECRET,), livemode=False)

    def disturb(self) -> None:
        """Let the next calls go wrong, or not."""
        while random.random() < self.share:
            self.fake.faults.append(random.choice(KINDS)())

    def deliver(self) -> None:
        """Bring all events that nobody took, some of them twice, in any order, and work them off."""
        waiting = [event for event in self.fake.events if event["pending_webhooks"]]
        random.shuffle(waiting)
        for event in waiting + random.sample(waiting, len(waiting) // 2):
            body, headers = self.fake.delivery(event, SECRET)
            if self.app.test_client().post("/webhooks/stripe", data=body, headers=headers).status_code == 200:
                self.fake.delivered(event)
        inbox.work_off()
        db.session.rollback()


def pay_by_page(stage: Stage, pledge_id: int) -> None:
    """Press the button until it leads to a page, pay there, press again, as people do."""
    for _ in range(PRESSES):
        stage.disturb()
        try:
            url = checkout.begin(db.session.scalars(queries.whole(pledge_id)).one())
        except Busy:
            continue
        except Refused:
            break
        finally:
            stage.fake.faults.clear()
            db.session.rollback()
        session = url.rpartition("/")[2]
        if stage.fake.objects[session]["status"] == "open" and random.random() < 0.9:
            stage.fake.pay(session)
            break


def save_card(stage: Stage, pledge_id: int) -> None:
    """Save a card; that much goes well here."""
    url = mandates.begin(db.session.scalars(queries.whole(pledge_id)).one())
    stage.fake.save_card(url.rpartition("/")[2])
    db.session.rollback()


def settle(stage: Stage) -> None:
    """The sweeps of the next hours, while a share of all calls still goes wrong; the last ones go well."""
    for number in range(12):
        with clock.at(clock.now() + timedelta(minutes=11 * (number + 1))):
            for sweep in (charging.charge_due, reconcile.reconcile, inbox.work_off) * 4:
                if number < 8:
                    stage.disturb()
                sweep()
                stage.fake.faults.clear()
                db.session.rollback()
            stage.deliver()


def charged(stage: Stage) -> Counter[int]:
    """How often each instalment was charged at Stripe."""
    keys = {attempt.key: attempt.instalment_id for attempt in db.session.scalars(sa.select(PaymentAttempt))}
    good = [each for each in stage.fake.all("payment_intent") if each["status"] == "succeeded"]
    return Counter(keys.get(each["metadata"].get("attempt", ""), 0) for each in good)


@contextmanager
def silence() -> Iterator[str]:
    """The address of a server that takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.listen(50)
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def slowest_page(app: VouchApp, ref: str, times: int = 5) -> float:
    """The longest that the pay button's page takes, in seconds, while Stripe does not answer."""
    taken = []
    with silence() as base, app.app_context():
        made = (gateway.client("sk_test_fake", base, **each) for each in (gateway.PROMPT, gateway.PATIENT))
        app.extensions[gateway.EXTENSION] = Gateway(*made, (SECRET,), livemode=False)
        own = links.sign("pledge", ref)
        for _ in range(times):
            begun = time.monotonic()
            answer = submit(Browser(app), f"/p/{ref}?k={own}", to=f"/p/{ref}/pay?k={own}")
            taken.append(time.monotonic() - begun)
            assert answer.status_code == 503, answer.status_code
    return max(taken)


def run(stage: Stage, tries: int) -> list[str]:
    """Pay so many pledges; gives what is wrong in the end."""
    with db.transaction():
        today = sa.update(Instalment).values(due_on=clock.today())
        db.session.execute(today.execution_options(synchronize_session=False))
    ids = db.session.scalars(sa.select(Pledge.id).order_by(Pledge.id).limit(tries)).all()
    db.session.rollback()
    for number, pledge_id in enumerate(ids):
        (save_card if number % 2 else pay_by_page)(stage, pledge_id)
    stage.deliver()
    settle(stage)
    count = charged(stage)
    unpaid = sa.select(sa.func.count(Instalment.id)).where(Instalment.state != InstalmentState.PAID)
    left = db.session.scalar(unpaid.where(Instalment.pledge_id.in_(ids))) or 0
    twice = [number for number, times in count.items() if times > 1]
    events = db.session.scalar(sa.select(sa.func.count()).select_from(ProviderEvent))
    print(f"{tries} tries, {len(stage.fake.requests)} calls, {events} events: {sum(count.values())} charged at Stripe,")
    print(f"{len(twice)} of them double, {left} unpaid")
    return [
        *(f"instalment {each}: charged {count[each]} times" for each in twice),
        *ledger.problems(),
        *check.problems(),
    ]


def main() -> None:
    """Run on a database of its own and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=1000)
    parser.add_argument("--share", type=float, default=0.5, help="of calls that go wrong")
    given = parser.parse_args()
    stripe.HTTPClient.INITIAL_DELAY = 0
    logging.getLogger("stripe").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), given.share)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        with stage.app.app_context():
            db.sql.create_all()
            data.fill(1, given.tries + 1)
            last = db.session.scalars(sa.select(Pledge).order_by(Pledge.id.desc()).limit(1)).one()
            last.method, ref = "card", last.ref
            db.session.commit()
            begun = time.monotonic()
            wrong = run(stage, given.tries)
            print(f"in {time.monotonic() - begun:.0f} s")
        slowest = slowest_page(stage.app, ref)
    print(f"the page while Stripe does not answer: at most {slowest:.1f} s")
    wrong += [f"a page took {slowest:.1f} s"] if slowest > SLOWEST else []
    for line in wrong[:10]:
        print(f"  {line}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

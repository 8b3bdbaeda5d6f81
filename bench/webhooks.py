"""Deliver events shuffled and repeated: `python -m bench.webhooks [--orders 5] [--deliveries 1800] [--database URL]`.

Sponsors pay by card, with everything that may come after it: declines, direct debits that fail, refunds that arrive
and that do not, disputes in whole and in part, won, lost, lost after a refund, lost and won after all. Stripe's
stand-in goes on while its events arrive in a random order, each several times. Every order must come to the same: the
balance of each account, the campaign's figures, every pledge with its instalments, receipts, credit notes and disputes;
and `flask check` must find nothing. Exits 1 where it does not.
"""

import argparse
import logging
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import stripe
import structlog

from bench import data
from campaigns.app import create_app
from campaigns.cli import check
from campaigns.config import Settings
from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money
from campaigns.kit.web import VouchApp
from campaigns.ledger.models import LedgerAccount
from campaigns.payment import gateway
from campaigns.payment.gateway import Gateway
from campaigns.payment.models import CreditNote, Dispute, PaymentCase, Receipt
from campaigns.payment.rules import checkout, inbox
from campaigns.pledge import queries
from campaigns.pledge import rules as pledges
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules import Offer, Wishes
from campaigns.pledge.states import Method
from tests import postgres
from tests.fakes.stripe import FakeStripe

SECRET = "whsec_fake"
PLEDGES = 96
AMOUNT = 50_00
Step = Callable[[FakeStripe, str], Any]
Outcome = dict[str, Any]


def _pay(fake: FakeStripe, session: str) -> Any:
    return fake.pay(session)


def _refund(amount: int, status: str = "succeeded") -> Step:
    def act(fake: FakeStripe, session: str) -> Any:
        fake.refund_status = status
        return fake.refund(session, amount)

    return act


def _finish(ok: bool) -> Step:
    return lambda fake, session: fake.finish_refund(_latest(fake, "refund", session), ok=ok)


def _dispute(amount: int) -> Step:
    return lambda fake, session: fake.dispute(session, amount)


def _close(won: bool) -> Step:
    return lambda fake, session: fake.close_dispute(_latest(fake, "dispute", session), won=won)


def _latest(fake: FakeStripe, kind: str, session: str) -> str:
    charge = fake.charge_of(session)["id"]
    return str(next(each["id"] for each in fake.all(kind) if each["charge"] == charge))


STORIES: list[list[Step]] = [
    [_pay],
    [lambda fake, session: fake.decline(session), _pay],
    [lambda fake, session: fake.pay_later(session), lambda fake, session: fake.settle(session)],
    [lambda fake, session: fake.pay_later(session), lambda fake, session: fake.settle(session, ok=False)],
    [lambda fake, session: fake.expire(session)],
    [_pay, _refund(10_00), _refund(10_00)],
    [_pay, _refund(50_00)],
    [_pay, _refund(20_00, "pending"), _finish(True)],
    [_pay, _refund(20_00, "pending"), _finish(False), _refund(5_00)],
    [_pay, _refund(20_00), _finish(False)],
    [_pay, _dispute(50_00), _close(True)],
    [_pay, _dispute(20_00), _close(True)],
    [_pay, _dispute(50_00), _close(False)],
    [_pay, _dispute(20_00), _close(False)],
    [_pay, _refund(20_00), _dispute(50_00), _close(False)],
    [_pay, _dispute(30_00), _close(False), _close(True)],
]


def accept_cards(app: VouchApp) -> FakeStripe:
    """A new stand-in behind the app's real gateway."""
    fake = FakeStripe(clock=lambda: clock.now().timestamp())
    clients = [
        gateway.client(fake.key, "https://api.stripe.com", **each, session=fake.session())
        for each in (gateway.PROMPT, gateway.PATIENT)
    ]
    app.extensions[gateway.EXTENSION] = Gateway(*clients, (SECRET,), livemode=False)
    return fake


def promise(campaign_id: int) -> list[Pledge]:
    """Pledges by card that stand."""
    made = []
    with db.transaction():
        for number in range(PLEDGES):
            offer = Offer(Money(AMOUNT, "EUR"), f"Sponsor {number}", f"s{number}@example.org", method=Method.CARD)
            made.append(pledges.make(campaign_id, offer, Wishes(), once=crypto.token()))
    return made


def order(app: VouchApp, campaign_id: int, deliveries: int, dice: random.Random) -> tuple[int, int]:
    """Live through every story once, in one order; gives how many events there were, and how often they came."""
    fake = accept_cards(app)
    ids = [each.id for each in promise(campaign_id)]
    sessions = [checkout.begin(db.session.scalars(queries.whole(each)).one()).rpartition("/")[2] for each in ids]
    left = [list(STORIES[number % len(STORIES)]) for number in range(PLEDGES)]
    client, bag, came, told = app.test_client(), [], 0, 0
    while any(left) or bag or came < deliveries:
        going = [number for number, steps in enumerate(left) if steps]
        if going and (not bag or dice.random() < 0.15):
            number = dice.choice(going)
            left[number].pop(0)(fake, sessions[number])
        events = fake.events[told:]
        told = len(fake.events)
        bag += [event for event in events for _ in range(dice.choice((1, 1, 2, 3, 5)))]
        if not bag and not going:
            bag = [dice.choice(fake.events) for _ in range(deliveries - came)]  # once more, long after
        if bag:
            event = bag.pop(dice.randrange(len(bag)))
            body, headers = fake.delivery(event, secret=SECRET)
            assert client.post("/webhooks/stripe", data=body, headers=headers).status_code == 200
            came += 1
        if dice.random() < 0.2:
            inbox.work_off()
    while db.session.scalar(inbox.unfinished()):
        db.session.rollback()
        inbox.work_off()
    db.session.rollback()
    return told, came


def outcome(campaign_id: int, before: dict[str, int]) -> Outcome:
    """What an order has come to, without the names that differ from one to the next."""
    db.session.expire_all()
    mine = list(db.session.scalars(sa.select(Pledge).where(Pledge.campaign_id == campaign_id).order_by(Pledge.id)))
    found: Outcome = {f"pledge {number}": _of_pledge(each) for number, each in enumerate(mine)}
    found |= {f"account {code}": now - before.get(code, 0) for code, now in accounts(campaign_id).items()}
    found["campaign"] = db.session.execute(
        sa.text("SELECT pledged, received, sponsor_count FROM campaign WHERE id = :id"), {"id": campaign_id}
    ).one()
    found["check"] = tuple(check.problems())
    db.session.rollback()
    return {name: value for name, value in found.items() if value}


def _of_pledge(pledge: Pledge) -> Any:
    parts = sa.select(Instalment).where(Instalment.pledge_id == pledge.id)
    instalments = list(db.session.scalars(parts))
    of_mine = Receipt.instalment_id.in_([each.id for each in instalments])
    notes = sa.select(sa.func.sum(CreditNote.amount)).join(Receipt, Receipt.id == CreditNote.receipt_id)
    disputes = sa.select(Dispute.state, Dispute.amount).where(Dispute.pledge_id == pledge.id)
    return (
        *(pledge.status.value, pledge.amount, pledge.disputed_at is None),
        tuple(sorted((each.state.value, each.amount) for each in instalments)),
        tuple(sorted(db.session.scalars(sa.select(Receipt.amount).where(of_mine)))),
        int(db.session.scalar(notes.where(of_mine, CreditNote.withdrawn_at.is_(None))) or 0),
        tuple(sorted((state.value, amount) for state, amount in db.session.execute(disputes))),
    )


def accounts(campaign_id: int) -> dict[str, int]:
    """The balance of each account, of all campaigns but this one apart."""
    every = db.session.execute(sa.select(LedgerAccount.code, LedgerAccount.balance)).all()
    own = f"campaign:{campaign_id}"
    return {"campaign" if code == own else code: balance for code, balance in every
            if code == own or not code.startswith("campaign:")}  # fmt: skip


def run(app: VouchApp, orders: int, deliveries: int, seed: int) -> list[str]:
    """So many orders on one database, each on a campaign of its own; gives what differs."""
    wrong, first = [], None
    with app.app_context():
        data.fill(orders)
        ids = list(db.session.scalars(sa.text("SELECT id FROM campaign ORDER BY id")))
        for number, campaign_id in enumerate(ids):
            dice, before, begun = random.Random(seed + number), accounts(campaign_id), time.monotonic()
            known = db.session.scalar(sa.select(sa.func.count(PaymentCase.id))) or 0
            db.session.rollback()
            told, came = order(app, campaign_id, deliveries, dice)
            found = outcome(campaign_id, before)
            took = time.monotonic() - begun
            cases = db.session.scalar(sa.select(sa.func.count(PaymentCase.id))) or 0
            print(
                f"  order {number + 1}: {came} deliveries of {told} events, {took:.0f} s, {cases - known} cases",
                flush=True,
            )
            first = first or found
            wrong += [f"order {number + 1}, {name}: {first.get(name)} and {found.get(name)}"
                      for name in {*first, *found} if first.get(name) != found.get(name)]  # fmt: skip
            wrong += [f"order {number + 1}: {problem}" for problem in found.get("check", ())]
    return wrong


@contextmanager
def databases(named: str) -> Iterator[list[tuple[str, str]]]:
    """SQLite, and PostgreSQL: the named one, or a server of our own where its programs are found."""
    cluster = None if named else postgres.start()
    try:
        if named or cluster is None:
            yield [("PostgreSQL", named)] if named else [("SQLite", "")]
        else:
            with postgres.fresh_database() as url:
                yield [("SQLite", ""), ("PostgreSQL", url)]
    finally:
        postgres.stop(cluster)


def main() -> None:
    """Run on databases of its own and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=5)
    parser.add_argument("--deliveries", type=int, default=1800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; both kinds where none is named")
    given = parser.parse_args()
    stripe.HTTPClient.INITIAL_DELAY = 0
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    wrong: list[str] = []
    with databases(given.database) as found:
        for name, url in found:
            print(name)
            wrong += [f"{name}: {line}" for line in _on(url, given)]
    print(f"{len(wrong)} differences")
    for line in wrong[:20]:
        print(f"  {line}")
    sys.exit(1 if wrong else 0)


def _on(url: str, given: argparse.Namespace) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        more = {"database_url": url} if url else {}
        app = create_app(
            Settings(vouch_env="test", instance_path=Path(folder), queue_url="memory:", mail_url="inbox:", **more)
        )
        with app.app_context():
            db.sql.create_all()
        return run(app, given.orders, given.deliveries, given.seed)


if __name__ == "__main__":
    main()

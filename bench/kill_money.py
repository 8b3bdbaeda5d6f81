"""Kill what moves money: `python -m bench.kill_money [--rounds 200] [--database sqlite|postgresql]`.

Each round a process pledges, books bank payments, opens and pays card pages, hears of Stripe's events, reconciles and
pays schools, and is killed with SIGKILL in the middle of it. It tells what was acknowledged as it goes. In the end all
of that must be there, each payment once, every charge at Stripe in the book once, and `flask check` clean. Stripe is
the tests' double in a process of its own that nobody kills. Exits 1 where something is wrong.
"""

import argparse
import contextlib
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import requests
import sqlalchemy as sa

from bench import data
from campaigns.account import rules as accounts
from campaigns.account.models import Organisation, User
from campaigns.account.states import Role
from campaigns.app import create_app
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.cli import check
from campaigns.config import ROOT, Settings
from campaigns.disbursement import rules as disbursements
from campaigns.disbursement.models import Disbursement, DisbursementPart
from campaigns.disbursement.states import DisbursementState, ReturnedBy
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import Busy, Refused
from campaigns.kit.money import Money
from campaigns.ledger.models import Movement
from campaigns.payment import gateway
from campaigns.payment import queries as payments
from campaigns.payment.rules import checkout, entries, inbox, reconcile
from campaigns.payment.rules.entries import Seen
from campaigns.pledge import queries as pledges
from campaigns.pledge import rules as promises
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules.confirmation import Wishes
from campaigns.pledge.states import UNPAID, Method
from tests import postgres
from tests.cast.accounts import pay_at

KEY, TREASURER, SECOND = "sk_test_fake", "tomas@example.org", "amina@example.org"
LASTS = (0.1, 2.0)  # seconds that a process lives, at least and at most
Acks = Counter[tuple[str, str]]


def somebody(email: str) -> User:
    """A person with every factor shown."""
    user = db.session.scalars(sa.select(User).where(User.email_canonical == email)).one()
    user.second_factor = user.reauthenticated = True
    return user


class Worker:
    """One process: acts by the rules until it is killed, and tells what it was told."""

    def __init__(self, pipe: int, seed: int) -> None:
        self.pipe, self.random = pipe, random.Random(seed)

    def run(self) -> None:
        """For ever."""
        acts = [
            self.pledge,
            self.bank,
            self.page,
            self.page,
            self.hear,
            self.hear,
            self.look,
            self.pay_school,
            self.back,
        ]
        while True:
            with contextlib.suppress(Refused, Busy):
                self.random.choice(acts)()
            db.session.remove()

    def told(self, kind: str, name: str) -> None:
        """What has been acknowledged."""
        os.write(self.pipe, f"{kind} {name}\n".encode())

    def pledge(self) -> None:
        once = secrets.token_hex(12)
        method = self.random.choice(list(Method))
        with db.transaction():
            campaign_id = db.session.scalars(sa.select(Campaign.id).order_by(Campaign.id)).first() or 0
            money = Money(self.random.randint(5_00, 90_00), "EUR")
            offer = promises.Offer(money, "Petra", "petra@example.org", method=method)
            promises.stand(promises.promise(campaign_id, offer, once=once), Wishes())
        self.told("pledge", once)

    def bank(self) -> None:
        own_id = secrets.token_hex(12)
        with db.transaction():
            due = self._due(Method.BANK_TRANSFER)
            if due is None:
                return
            seen = Seen(due.money, clock.today(), own_id)
            kept = entries.record(due, seen, by=somebody(TREASURER)).fingerprint
        self.told("bank", kept)

    def page(self) -> None:
        due = self._due(Method.CARD)
        if due is None:
            return
        url = checkout.begin(db.session.scalars(pledges.whole(due.pledge_id)).one())
        if requests.post(url, data={"card": "4242424242424242"}, timeout=10, allow_redirects=False).status_code == 303:
            self.told("card", url.rpartition("/")[2])

    def hear(self) -> None:
        stripe = gateway.current()
        assert stripe is not None
        for event, body in self.random.sample(missed := stripe.undelivered(), min(len(missed), 6)):
            with db.transaction():
                inbox.take_in(event, body, livemode=False)
            self.told("event", event.id)
        inbox.work_off()

    def look(self) -> None:
        reconcile.reconcile()

    def pay_school(self) -> None:
        with db.transaction():
            waiting = db.session.scalars(
                sa.select(Disbursement).where(Disbursement.state == DisbursementState.PROPOSED).limit(1)
            ).first()
            if waiting is not None:
                by = somebody(SECOND)
                disbursements.release(waiting, bank_reference="TRX 1", paid_on=clock.today(), by=by)
            else:
                line = db.session.scalars(sa.select(BudgetLine).order_by(BudgetLine.id)).first()
                campaign = db.session.get_one(Campaign, line.campaign_id if line else 0)
                part = {line.id if line else 0: Money(self.random.randint(1_00, 20_00), "EUR")}
                disbursements.propose(campaign, part, once=crypto.token(), by=somebody(TREASURER))
        if waiting is not None:
            self.told("school", waiting.ref)

    def back(self) -> None:
        """A part of what a school got comes back."""
        with db.transaction():
            sent = sa.select(Disbursement).where(Disbursement.state == DisbursementState.RELEASED)
            payment = db.session.scalars(sent.order_by(Disbursement.id.desc()).limit(1)).first()
            if payment is None:
                return
            part = sa.select(DisbursementPart).where(DisbursementPart.disbursement_id == payment.id)
            line = db.session.scalars(part).one()
            amounts = {line.line_id: Money(self.random.randint(1, line.amount), "EUR")}
            seen = disbursements.CameBack(ReturnedBy.BANK, secrets.token_hex(8), clock.today())
            by, once = somebody(TREASURER), crypto.token()
            made = disbursements.record_return(payment, amounts, seen, once=once, by=by)
            name = f"{payment.ref}:{made.number}"
        self.told("back", name)

    def _due(self, method: Method) -> Instalment | None:
        open_ones = sa.select(Instalment.id).join(Instalment.pledge).where(Instalment.state.in_(UNPAID))
        ids = db.session.scalars(open_ones.where(Pledge.method == method).limit(40)).all()
        if not ids:
            return None
        community = db.session.scalars(sa.select(Organisation.id).where(Organisation.slug == "bench")).one()
        mine = payments.instalments_of(community).where(Instalment.id == self.random.choice(ids))
        return db.session.scalars(mine).one_or_none()


def one_round(act: Callable[[int], None]) -> list[tuple[str, str]]:
    """Let a process act, kill it; gives what it told."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            act(writing)
        finally:
            traceback.print_exc()
            os._exit(3)
    os.close(writing)
    time.sleep(random.uniform(*LASTS))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        lines = pipe.read().decode().splitlines(keepends=True)
    return [(kind, name) for kind, _, name in (line.strip().partition(" ") for line in lines if line.endswith("\n"))]


def wrong(acked: Acks) -> list[str]:
    """What was acknowledged and is not there once, or is there and was never paid."""
    found = [
        f"{kind} {name}: acknowledged, and there {count} times" for kind, name, count in _counted(acked) if count != 1
    ]
    stripe = gateway.current()
    booked = Counter(
        cause.split(":")[1]
        for cause in db.session.scalars(sa.select(Movement.external_id).where(Movement.kind == "payment"))
        if cause.startswith("stripe:") and not cause.endswith(":surplus")
    )
    charged = stripe._patient.v1.charges.list(params={"limit": 100}).auto_paging_iter() if stripe else []
    taken = {charge.id for charge in charged if charge.paid}
    found += [f"charge {each}: booked {booked[each]} times" for each in taken if booked[each] != 1]
    found += [f"charge {each}: booked, never taken" for each in booked if each not in taken]
    for name, problems in check.CHECKS:
        found += [f"{name}: {each}" for each in problems()]
    return found


def _counted(acked: Acks) -> Iterator[tuple[str, str, int]]:
    def moved(cause: str) -> int:
        return db.session.scalar(sa.select(sa.func.count()).where(Movement.external_id == cause)) or 0

    community = db.session.scalars(sa.select(Organisation.id).where(Organisation.slug == "bench")).one()
    for kind, name in acked:
        if kind == "pledge":
            yield kind, name, db.session.scalar(sa.select(sa.func.count()).where(Pledge.once == name)) or 0
        elif kind == "bank":
            yield kind, name, moved(f"bank:{community}:{name}")
        elif kind in {"school", "back"}:
            yield kind, name, moved(name)


@contextlib.contextmanager
def stripe_double() -> Iterator[str]:
    """The address of a Stripe of our own, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.fakes.stripe", "--port", str(port), "--key", KEY]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.kill()


@contextlib.contextmanager
def database(kind: str) -> Iterator[str]:
    """An address of a database of our own; "" for the file in the instance folder."""
    if kind == "sqlite":
        yield ""
        return
    folder = postgres.start()
    try:
        with postgres.fresh_database() as url:
            yield url
    finally:
        postgres.stop(folder)


def main() -> int:
    """Run the rounds and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, stripe_double() as base, database(given.database) as url:
        app = create_app(
            Settings(
                vouch_env="test",
                instance_path=Path(folder),
                mail_url="inbox:",
                database_url=url,
                stripe_secret_key=KEY,
                stripe_webhook_secret=("whsec_fake",),
                stripe_api_base=base,
            )
        )
        reconcile.PATIENCE = timedelta(seconds=0)
        with app.app_context():
            db.sql.create_all()
            begin()
            return rounds(given.rounds)


def begin() -> None:
    """A campaign, and the two people who see to its money."""
    data.fill(1)
    with db.transaction():
        pay_at(db.session.scalars(sa.select(Campaign).order_by(Campaign.id)).first())
        community = db.session.scalars(sa.select(Organisation).where(Organisation.slug == "bench")).one()
        for name, email, role in (("Tomas", TREASURER, Role.TREASURER), ("Amina", SECOND, Role.ORGANISER)):
            accounts.grant(accounts.create_user(name, email, "correct horse battery staple"), community, role)


def rounds(count: int) -> int:
    """All rounds, then what a machine does that stays up; 1 where something is wrong."""
    acked: Acks = Counter()
    for number in range(count):
        db.session.remove()
        db.sql.engine.dispose()
        acked.update(one_round(lambda pipe, seed=number: Worker(pipe, seed).run()))  # type: ignore[misc]
        if (number + 1) % 20 == 0:
            print(f"round {number + 1:3}: {dict(Counter(kind for kind, _ in acked))}", flush=True)
    quiet = Worker(os.open(os.devnull, os.O_WRONLY), 0)
    for _ in range(60):
        quiet.hear()
        quiet.look()
    found = wrong(acked)
    doubled = [name for name, times in acked.items() if times > 1 and name[0] != "event"]
    print(f"{count} kills, {sum(acked.values())} acknowledged, {len(found)} wrong, {len(doubled)} told twice")
    print("\n".join(found[:20]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

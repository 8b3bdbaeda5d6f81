"""Card payments in tests: an app whose Stripe is the double, a sponsor at the hosted page, and the post."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
import stripe
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaigns.cli import check
from campaigns.config import Settings
from campaigns.kit import clock, db, links
from campaigns.kit.web import VouchApp
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.payment import gateway
from campaigns.payment.gateway import Gateway
from campaigns.payment.models import PaymentAttempt, PaymentCase, ProviderEvent, Receipt
from campaigns.payment.rules import checkout, inbox
from campaigns.pledge import queries
from campaigns.pledge.models import Pledge
from campaigns.pledge.states import Method, PledgeStatus
from tests.cast.browser import submit
from tests.fakes.stripe import FakeStripe
from tests.fakes.stripe.state import Object

T = TypeVar("T")

SECRET = "whsec_fake"
WEBHOOK = "/webhooks/stripe"


class Cards:
    """The app's own Stripe account, and what tests do with it."""

    def __init__(self, app: VouchApp, fake: FakeStripe) -> None:
        self.app, self.fake = app, fake

    def page(self, pledge: Pledge) -> str:
        """Open the hosted page for a pledge; gives its session's id."""
        url = checkout.begin(db.session.scalars(queries.whole(pledge.id)).one())
        return url.rpartition("/")[2]

    def post(self, event: Object, to: str = WEBHOOK, **delivery: Any) -> TestResponse:
        """Deliver an event as Stripe would; it is taken in, not worked off."""
        body, headers = self.fake.delivery(event, **({"secret": SECRET} | delivery))
        return self.app.test_client().post(to, data=body, headers=headers)

    def deliver(self, *events: Object) -> None:
        """Deliver events and work them off, one after the other."""
        for event in events:
            assert self.post(event).status_code == 200
            inbox.work_off()

    def pay(self, pledge: Pledge) -> str:
        """The sponsor pays by card and we hear of it; gives the session's id."""
        session = self.page(pledge)
        self.deliver(self.fake.pay(session))
        return session


@pytest.fixture
def cards(app: VouchApp, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Cards:
    """The app takes cards; its clients differ from the real ones only in the network behind them."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)
    fake = FakeStripe(clock=lambda: clock.now().timestamp())
    key, base = fake.key, settings.stripe_api_base
    prompt = gateway.client(key, base, **gateway.PROMPT, session=fake.session())
    patient = gateway.client(key, base, **gateway.PATIENT, session=fake.session())
    app.extensions["settings"] = settings.model_copy(update={"stripe_secret_key": key})
    app.extensions[gateway.EXTENSION] = Gateway(prompt, patient, (SECRET,), livemode=False)
    return Cards(app, fake)


@pytest.fixture
def card_pledge(a_campaign: Callable[..., Any], a_pledge: Callable[..., Pledge]) -> Pledge:
    """€50, confirmed, to be paid by card."""
    return a_pledge(a_campaign(), 50_00, method=Method.CARD)


def at_once(app: VouchApp, count: int, work: Callable[[], T]) -> list[T]:
    """Do the same in many threads that start together, each with a session of its own."""
    db.session.rollback()
    start = threading.Barrier(count)

    def run(_: int) -> T:
        with app.app_context():
            start.wait(timeout=10)
            return work()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def press_pay(client: FlaskClient, ref: str, *, key: str | None = None) -> TestResponse:
    """Press the pay button on the pledge's own page, with the page's own key or another."""
    own = links.sign("pledge", ref)
    return submit(client, f"/p/{ref}?k={own}", to=f"/p/{ref}/pay?k={key or own}")


def now(pledge: Pledge) -> Pledge:
    """A pledge as it is in the database."""
    db.session.rollback()
    return db.session.scalars(queries.whole(pledge.id)).one()


def attempt(pledge: Pledge) -> PaymentAttempt:
    """The newest try to pay a pledge."""
    ids = [each.id for each in now(pledge).instalments]
    mine = db.session.query(PaymentAttempt).filter(PaymentAttempt.instalment_id.in_(ids))
    return mine.order_by(PaymentAttempt.id.desc()).populate_existing().first()


def cases() -> list[str]:
    """The kinds of all open cases, in order."""
    db.session.rollback()
    return [case.kind.value for case in db.session.query(PaymentCase).order_by(PaymentCase.id)]


def event_states() -> dict[str, str]:
    """What has become of each event that was taken in, by its id."""
    db.session.rollback()
    return {event.id: event.state.value for event in db.session.query(ProviderEvent).populate_existing()}


FEES = ("fee", "fee_cover", "dispute_fee", "platform_fee")


def balances() -> dict[str, int]:
    """What each account of the ledger holds, by the kind of account, fees apart."""
    db.session.rollback()
    held: Counter[str] = Counter()
    names = {account.id: account.code.partition(":")[0] for account in db.session.query(LedgerAccount)}
    for move in db.session.query(Movement).filter(Movement.kind.not_in(FEES)):
        held[names[move.target_id]] += move.amount
        held[names[move.source_id]] -= move.amount
    return {name: amount for name, amount in held.items() if amount}


def fees() -> dict[str, int]:
    """What stands on each account of fees, by its name."""
    db.session.rollback()
    accounts = db.session.query(LedgerAccount).populate_existing().filter(LedgerAccount.code.startswith("fee:"))
    return {account.code.split(":")[1]: account.balance for account in accounts if account.balance}


def check_paid_once(pledge: Pledge) -> None:
    """The pledge is fulfilled by one movement with one receipt, and everything adds up."""
    pledge = now(pledge)
    assert pledge.status is PledgeStatus.FULFILLED
    assert balances() == {"stripe": -pledge.amount, "campaign": pledge.amount}
    moved = db.session.query(Movement).filter(Movement.kind.not_in(FEES))
    assert [movement.amount for movement in moved] == [pledge.amount]
    assert [receipt.amount for receipt in db.session.query(Receipt)] == [pledge.amount]
    assert pledge.campaign.received == pledge.amount
    check_books()


def check_unpaid(pledge: Pledge) -> None:
    """No money has moved for this pledge, nor for any other."""
    assert now(pledge).status is PledgeStatus.CONFIRMED
    assert balances() == {}
    assert db.session.query(Receipt).count() == 0
    check_books()


def check_books() -> None:
    """What `flask check` looks at is all as it should be."""
    db.session.rollback()
    assert check.problems() == []
    db.session.rollback()

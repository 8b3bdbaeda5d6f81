"""Saved cards in tests: a sponsor who saves one, and the days on which it is charged."""

from datetime import date, timedelta

from campaigns.kit import clock, db
from campaigns.notice.models import Notice
from campaigns.payment.models import ChargeMandate, ChargeNotice, PaymentAttempt
from campaigns.payment.queries import saved as queries
from campaigns.payment.rules.later import charging, mandates
from campaigns.payment.states import MandateState
from campaigns.pledge.models import Pledge
from tests.cast.cards import Cards, now
from tests.fakes.stripe.saved import GOOD


def save(cards: Cards, pledge: Pledge, number: str = GOOD, **how: object) -> ChargeMandate:
    """The sponsor agrees and saves a card, and we hear of it."""
    page = mandates.begin(now(pledge)).rpartition("/")[2]
    cards.deliver(cards.fake.save_card(page, number, **how))
    return mandate(pledge)


def mandate(pledge: Pledge) -> ChargeMandate | None:
    """The agreement that holds for a pledge."""
    db.session.rollback()
    active = queries.mandate_of(pledge.id, MandateState.ACTIVE).execution_options(populate_existing=True)
    return db.session.scalars(active).one_or_none()


def on(day: date, *, work: bool = True) -> object:
    """That day: everybody is told who is to be told, then what is due is charged."""
    db.session.rollback()
    with clock.at(clock.now() + (day - clock.today())):
        if work:
            charging.announce()
            charging.charge_due()
        db.session.rollback()


def due_on(pledge: Pledge) -> date:
    """When the first unpaid part of a pledge is due."""
    return min(each.due_on for each in now(pledge).instalments if each.paid_at is None)


def day_of(pledge: Pledge) -> None:
    """The week before and the day on which a pledge is due pass."""
    day = due_on(pledge)
    on(day - timedelta(days=7))
    on(day)


def tries() -> list[str]:
    """The states of all attempts, in order."""
    db.session.rollback()
    return [each.state.value for each in db.session.query(PaymentAttempt).order_by(PaymentAttempt.id)]


def letters(name: str) -> list[str]:
    """The texts of e-mails whose cause begins so."""
    db.session.rollback()
    return [each.text for each in db.session.query(Notice).filter(Notice.key.startswith(f"payment.{name}:"))]


def told() -> list[date]:
    """The days of which sponsors were told."""
    db.session.rollback()
    return [each.charge_on for each in db.session.query(ChargeNotice).order_by(ChargeNotice.instalment_id)]

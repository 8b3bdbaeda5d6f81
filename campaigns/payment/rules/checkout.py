"""Paying an instalment by card: one hosted page at a time, its attempt committed before Stripe is asked."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.kit import clock, db, refs
from campaigns.kit.errors import Busy, Refused
from campaigns.kit.money import Money
from campaigns.payment import gateway
from campaigns.payment.answers import Order
from campaigns.payment.gateway import Gateway
from campaigns.payment.models import PaymentAttempt
from campaigns.payment.rules import attempts, fees
from campaigns.payment.states import OPEN, AttemptState, CaseKind, Provider
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules import cards
from campaigns.pledge.rules.own import page_of

LASTS = timedelta(hours=23)  # within the day for which Stripe remembers a key
UNANSWERED = frozenset({AttemptState.SUBMITTING, AttemptState.UNKNOWN})


class NothingDue(Refused):
    """There is nothing to pay on this pledge now."""


class OnItsWay(Refused):
    """Your payment is on its way; there is nothing more to do."""


class Disputed(Refused):
    """Your bank is looking into a payment of this pledge. Nothing more is asked of you until it has answered."""


class NoCards(Refused):
    """Cards cannot be taken here right now. Please pay by bank transfer; the details are on your pledge's page."""


def begin(pledge: Pledge, number: int | None = None, *, covers: bool = False) -> str:
    """The address of the hosted page where an instalment of a pledge is paid: this one, else the next.

    `covers`: with what covers the card company's fee on top. Commits. A second call, at once or later, leads to the
    same page while that is open; with another mind about the fee, to a new one. Raises NothingDue, OnItsWay,
    Disputed, NotByCard, NoCards, and Busy where Stripe gave no clear answer: then the same call goes on where this
    one stopped.
    """
    stripe = gateway.current()
    if stripe is None:
        raise NoCards()
    due = pledge.payable(number)
    if due is None or pledge.confirmed_at is None:
        raise NothingDue()
    if pledge.disputed_at is not None:
        raise Disputed()
    cards.check(due.money)
    extra = fees.offered(due.money) if covers else None
    attempt = _open_attempt(due, pledge, extra)
    if attempt.mandate_id is not None:
        pay_otherwise(attempt, stripe)
        attempt = _open_attempt(due, pledge, extra)
    elif attempt.state is AttemptState.REQUIRES_ACTION and attempt.cover != (extra.amount if extra else 0):
        _close_page(attempt, stripe)
        attempt = _open_attempt(due, pledge, extra)
    if attempt.state is AttemptState.PROCESSING:
        raise OnItsWay()
    if attempt.state is AttemptState.REQUIRES_ACTION and attempt.pay_url is not None:
        return attempt.pay_url
    return _submit(attempt.id, order_for(attempt, pledge), stripe)


def pay_otherwise(attempt: PaymentAttempt, stripe: Gateway, *, waiting: bool = True) -> None:
    """Give up the charge of a saved card that waits for its owner. Commits.

    Raises OnItsWay where the card is being charged or was, Busy where Stripe gave no clear answer.
    """
    attempt_id, ref = attempt.id, attempt.intent_ref
    if attempt.state is not AttemptState.REQUIRES_ACTION or ref is None:
        raise OnItsWay()
    db.session.commit()
    try:
        payment = stripe.cancel(ref, waiting=waiting)
    except (gateway.Unclear, gateway.TryLater) as fault:
        raise Busy() from fault
    except gateway.Rejected:
        payment = stripe.intent(ref)  # it succeeded, or was given up before
    with db.transaction():
        attempt = attempts.held(attempt_id)
        attempts.reflect(attempt, payment)
        state = attempt.state
    if state is not AttemptState.CANCELLED:
        raise OnItsWay()


def _close_page(attempt: PaymentAttempt, stripe: Gateway) -> None:
    """End a page that asks for another amount than is wanted now. Raises OnItsWay where it has just been paid."""
    attempt_id, session_ref = attempt.id, attempt.session_ref or ""
    db.session.commit()
    try:
        page = stripe.close_checkout(session_ref)
    except (gateway.TryLater, gateway.Unclear) as error:
        raise Busy() from error
    except gateway.Rejected as error:
        raise OnItsWay() from error
    with db.transaction():
        attempts.reflect(attempts.held(attempt_id), page)


def _open_attempt(instalment: Instalment, pledge: Pledge, extra: Money | None = None) -> PaymentAttempt:
    """The one unfinished attempt of this instalment, made where there is none."""
    new = db.insert(PaymentAttempt).values(
        instalment_id=instalment.id,
        organisation_id=pledge.organisation_id,
        provider=Provider.STRIPE,
        state=AttemptState.SUBMITTING,
        amount=instalment.amount,
        currency=instalment.currency,
        cover=extra.amount if extra is not None else 0,
        key=f"{refs.random_ref(20)}:attempt:{instalment.id}:create",
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    # Of two clicks at once the database lets one attempt in; both go on with it.
    db.session.execute(new.on_conflict_do_nothing())
    mine = sa.and_(PaymentAttempt.instalment_id == instalment.id, PaymentAttempt.provider == Provider.STRIPE)
    found = db.session.scalars(sa.select(PaymentAttempt).where(mine, PaymentAttempt.state.in_(OPEN))).one_or_none()
    if found is None:
        raise Busy()  # the other one's attempt has just ended
    return found


def order_for(attempt: PaymentAttempt, pledge: Pledge) -> Order:
    """What the hosted page asks for; the same for the same attempt, as its key demands."""
    page = page_of(pledge.ref)
    return Order(
        key=attempt.key,
        money=attempt.money,
        cover=Money(attempt.cover, attempt.currency),
        title=f"{pledge.campaign.title} ({pledge.ref})",
        email=pledge.email,
        success_url=f"{page}&paid=1",
        cancel_url=page,
        expires_at=attempt.created_at + LASTS,
    )


def _submit(attempt_id: int, order: Order, stripe: Gateway) -> str:
    """Ask Stripe for the attempt's page, once the attempt is committed, and keep what it said."""
    db.session.commit()
    try:
        page = stripe.open_checkout(order)
    except gateway.TryLater as error:
        raise Busy() from error
    except gateway.Unclear as error:
        keep(attempt_id, AttemptState.UNKNOWN, error)
        raise Busy() from error
    except gateway.KeyReused as error:
        keep(attempt_id, AttemptState.UNKNOWN, error, CaseKind.KEY_REUSED)
        raise NoCards() from error
    except gateway.Rejected as error:
        keep(attempt_id, AttemptState.FAILED, error, CaseKind.PROVIDER_SAYS_OTHERWISE)
        raise NoCards() from error
    with db.transaction():
        attempts.reflect(attempts.held(attempt_id), page)
    return page.url or order.cancel_url


def keep(attempt_id: int, state: AttemptState, fault: Exception, case: CaseKind | None = None) -> None:
    """Note a call that went wrong, unless another one for the same attempt has been answered meanwhile."""
    with db.transaction():
        attempt = attempts.held(attempt_id)
        if attempt.state not in UNANSWERED:
            return
        attempt.fault = str(fault)[:300]
        if attempt.state is not state:
            attempt.move_to(state)
        if case is not None:
            attempts.tell(attempt, case, fault)

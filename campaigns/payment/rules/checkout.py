"""Paying an instalment by card: one hosted page at a time, its attempt committed before Stripe is asked."""

from datetime import timedelta

from campaigns.kit import clock, db, links, refs
from campaigns.kit.errors import Busy, Refused
from campaigns.payment import gateway
from campaigns.payment.models import PaymentAttempt
from campaigns.payment.rules import attempts
from campaigns.payment.states import OPEN, AttemptState, CaseKind, Provider
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.states import UNPAID

LASTS = timedelta(hours=23)  # within the day for which Stripe remembers a key


class NothingDue(Refused):
    """There is nothing to pay on this pledge now."""


class NoCards(Refused):
    """Cards cannot be taken here right now. Please pay by bank transfer; the details are on this page."""


def begin(pledge: Pledge) -> str:
    """The address of the hosted page where the next due instalment of a pledge is paid.

    Commits. A second call, at once or later, leads to the same page while that is open. Raises
    NothingDue, NoCards, and Busy where Stripe gave no clear answer: then the same call goes on where
    this one stopped.
    """
    stripe = gateway.current()
    if stripe is None:
        raise NoCards()
    instalment = next((each for each in pledge.instalments if each.state in UNPAID), None)
    if instalment is None or pledge.confirmed_at is None:
        raise NothingDue()
    attempt = _open_attempt(instalment, pledge)
    if attempt.pay_url is not None and attempt.state is AttemptState.REQUIRES_ACTION:
        return attempt.pay_url
    if attempt.state is AttemptState.PROCESSING:
        raise NothingDue("Your payment is on its way; there is nothing more to do.")
    return submit(attempt, order_for(attempt, pledge), stripe)


def _open_attempt(instalment: Instalment, pledge: Pledge) -> PaymentAttempt:
    """The one unfinished attempt of this instalment, made where there is none; committed."""
    key = f"{refs.random_ref(20)}:attempt:{instalment.id}:create"
    new = db.insert(PaymentAttempt).values(
        instalment_id=instalment.id,
        organisation_id=pledge.organisation_id,
        provider=Provider.STRIPE,
        state=AttemptState.CREATED,
        amount=instalment.amount,
        currency=instalment.currency,
        key=key,
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    # Of two clicks at once the database lets one attempt in; both go on with it.
    db.session.execute(new.on_conflict_do_nothing())
    db.session.commit()
    attempt = attempts.open_one(instalment.id)
    if attempt.state is AttemptState.CREATED:
        attempt.move_to(AttemptState.SUBMITTING)
    db.session.commit()
    return attempt


def order_for(attempt: PaymentAttempt, pledge: Pledge) -> gateway.Order:
    """What the hosted page asks for; the same for the same attempt, as its key demands."""
    page = links.url("pledge.show", ref=pledge.ref, k=links.sign("pledge", pledge.ref))
    return gateway.Order(
        key=attempt.key,
        money=attempt.money,
        title=f"{pledge.campaign.title} ({pledge.ref})",
        email=pledge.email,
        success_url=f"{page}&paid=1",
        cancel_url=page,
        expires_at=attempt.created_at + LASTS,
    )


def submit(attempt: PaymentAttempt, order: gateway.Order, stripe: gateway.Gateway, *, waiting: bool = True) -> str:
    """Ask Stripe for the attempt's page, outside any transaction, and keep what it said. Commits."""
    attempt_id = attempt.id
    db.session.commit()
    try:
        page = stripe.open_checkout(order, waiting=waiting)
    except gateway.TryLater as error:
        raise Busy() from error
    except gateway.Unclear as error:
        _keep(attempt_id, AttemptState.UNKNOWN, str(error))
        raise Busy() from error
    except gateway.KeyReused as error:
        _keep(attempt_id, AttemptState.UNKNOWN, str(error), case=CaseKind.KEY_REUSED)
        raise NoCards() from error
    except gateway.Rejected as error:
        _keep(attempt_id, AttemptState.FAILED, str(error), case=CaseKind.PROVIDER_SAYS_OTHERWISE)
        raise NoCards() from error
    with db.transaction():
        attempt = attempts.held(attempt_id)
        attempt.session_ref, attempt.pay_url, attempt.fault = page.session_ref, page.url, None
        if attempt.state in {AttemptState.SUBMITTING, AttemptState.UNKNOWN}:
            attempt.move_to(AttemptState.REQUIRES_ACTION)
    if page.url is None:
        raise Busy()
    return page.url


def _keep(attempt_id: int, state: AttemptState, fault: str, case: CaseKind | None = None) -> None:
    with db.transaction():
        attempt = attempts.held(attempt_id)
        attempt.fault = fault[:300]
        if attempt.state in OPEN and attempt.state is not state:
            attempt.move_to(state)
        if case is not None:
            attempts.open_case(case, f"attempt:{attempt.id}:{case}", attempt=attempt, note=fault)

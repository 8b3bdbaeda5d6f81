"""A bank asks the owner of a saved card: by a link, about the same payment, for a week."""

from datetime import timedelta

from campaigns.kit import clock, db, links, refs
from campaigns.kit.errors import Busy
from campaigns.kit.queue import sweep
from campaigns.payment import gateway
from campaigns.payment.models import PaymentAttempt
from campaigns.payment.queries import saved as queries
from campaigns.payment.rules import attempts
from campaigns.payment.rules.checkout import NoCards, NothingDue, OnItsWay, pay_otherwise
from campaigns.payment.states import AttemptState
from campaigns.pledge.models import Instalment, Pledge

ANSWER_WITHIN = timedelta(days=7)


def ask(pledge: Pledge) -> str | None:
    """The address of the bank's page about the charge that waits for its owner; None where it asked nothing.

    Commits. The same payment is tried again, so that it cannot be taken twice. Raises NothingDue, OnItsWay where it
    was answered meanwhile, NoCards, and Busy where Stripe gave no clear answer.
    """
    stripe, attempt = gateway.current(), db.session.scalars(queries.question_for(pledge.id)).one_or_none()
    if stripe is None:
        raise NoCards()
    if attempt is None or attempt.intent_ref is None or not _is_due(attempt):
        raise NothingDue()
    mandate = db.session.scalars(queries.mandate(attempt.mandate_id or 0)).one()
    attempt_id, ref, method = attempt.id, attempt.intent_ref, mandate.method
    back = links.url("payment.authenticate", ref=pledge.ref, k=links.sign("pledge", pledge.ref), answered=1)
    db.session.commit()
    try:
        key = f"{refs.random_ref(20)}:attempt:{attempt_id}:confirm"
        payment = stripe.confirm(ref, method.method_ref if method is not None else "", back=back, key=key)
    except (gateway.Unclear, gateway.TryLater) as fault:
        raise Busy() from fault
    except gateway.Rejected:
        payment = stripe.intent(ref)
    with db.transaction():
        attempt = attempts.held(attempt_id)
        attempts.reflect(attempt, payment)
        waits = attempt.state is AttemptState.REQUIRES_ACTION
    if not waits:
        raise OnItsWay() if payment.state is AttemptState.SUCCEEDED else NothingDue()
    return payment.url


def _is_due(attempt: PaymentAttempt) -> bool:
    return db.session.get_one(Instalment, attempt.instalment_id).state in queries.CHARGEABLE


@sweep
def give_up() -> None:
    """Give up what nobody has answered for a week, or what was paid another way, so that it can be paid again."""
    stripe = gateway.current()
    if stripe is None:
        return
    for attempt_id in db.session.scalars(queries.unanswered(clock.now() - ANSWER_WITHIN)).all():
        try:
            pay_otherwise(db.session.get_one(PaymentAttempt, attempt_id), stripe, waiting=False)
        except Busy:
            return  # asked again a minute later
        except OnItsWay:
            continue

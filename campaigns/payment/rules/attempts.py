"""Tries to pay by a provider: finding them, and bringing them to what the provider says."""

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.kit import db
from campaigns.payment.gateway import Payment
from campaigns.payment.models import PaymentAttempt, PaymentCase
from campaigns.payment.rules.receive import receive
from campaigns.payment.states import OPEN, AttemptState, CaseKind, Provider
from campaigns.pledge.models import Instalment

STATES = {
    "open": AttemptState.REQUIRES_ACTION,
    "processing": AttemptState.PROCESSING,
    "paid": AttemptState.SUCCEEDED,
    "failed": AttemptState.FAILED,
    "expired": AttemptState.EXPIRED,
    "cancelled": AttemptState.CANCELLED,
}


class Mismatch(Exception):
    """The provider's amount or currency is not what this try asked for."""


def open_one(instalment_id: int) -> PaymentAttempt:
    """The unfinished attempt of an instalment, held until this transaction ends."""
    select = sa.select(PaymentAttempt).where(
        PaymentAttempt.instalment_id == instalment_id,
        PaymentAttempt.provider == Provider.STRIPE,
        PaymentAttempt.state.in_(OPEN),
    )
    return db.session.scalars(select.with_for_update()).one()


def held(attempt_id: int) -> PaymentAttempt:
    """An attempt as it is now, held until this transaction ends."""
    select = sa.select(PaymentAttempt).where(PaymentAttempt.id == attempt_id).with_for_update()
    return db.session.scalars(select.execution_options(populate_existing=True)).one()


def of_payment(payment: Payment) -> PaymentAttempt | None:
    """The attempt that a payment belongs to, by our key in its metadata or by the provider's ids; held."""
    ways = [
        (PaymentAttempt.key, payment.attempt_key),
        (PaymentAttempt.intent_ref, payment.intent_ref),
        (PaymentAttempt.session_ref, payment.session_ref),
    ]
    known = [column == value for column, value in ways if value is not None]
    if not known:
        return None
    select = sa.select(PaymentAttempt).where(sa.or_(*known)).order_by(PaymentAttempt.id).limit(1)
    return db.session.scalars(select.with_for_update().execution_options(populate_existing=True)).one_or_none()


def reflect(attempt: PaymentAttempt, payment: Payment) -> None:
    """Bring an attempt to what its provider says now; book money that arrived, once.

    Order and repetition do not matter: what is fetched is the present, and money that arrived is
    never unsaid by a later failure. Raises Mismatch.
    """
    if payment.money is not None and payment.money != attempt.money:
        raise Mismatch(f"asked {attempt.money}, the provider says {payment.money}")
    attempt.session_ref = attempt.session_ref or payment.session_ref
    attempt.intent_ref = attempt.intent_ref or payment.intent_ref
    attempt.pay_url = payment.url or attempt.pay_url
    state = STATES[payment.status]
    if payment.status == "paid" and payment.charge_ref is not None:
        _arrived(attempt, payment.charge_ref)
    if state is not attempt.state and _leads_on(attempt.state, state):
        attempt.move_to(state)
        audit.record(None, f"attempt.{state}", attempt)


def _leads_on(current: AttemptState, state: AttemptState) -> bool:
    """A finished try stays finished, unless money arrived after all; a slow one does not ask again."""
    if state is AttemptState.SUCCEEDED:
        return True
    return current in OPEN and not (
        current is AttemptState.PROCESSING and state is AttemptState.REQUIRES_ACTION
    )


def _arrived(attempt: PaymentAttempt, charge: str) -> None:
    attempt.charge_ref = attempt.charge_ref or charge
    receive(
        db.session.get_one(Instalment, attempt.instalment_id),
        attempt.money,
        source=f"stripe:{attempt.organisation_id}:{attempt.currency}",
        cause=("payment", f"stripe:{charge}"),
        by=None,
        attempt=attempt,
    )


def open_case(
    kind: CaseKind, key: str, *, attempt: PaymentAttempt | None = None, event_id: str | None = None, note: str = ""
) -> None:
    """Lay something before a person, once per `key`."""
    new = db.insert(PaymentCase).values(
        kind=kind,
        key=key[:160],
        organisation_id=attempt.organisation_id if attempt is not None else None,
        attempt_id=attempt.id if attempt is not None else None,
        amount=attempt.amount if attempt is not None else None,
        currency=attempt.currency if attempt is not None else None,
        event_id=event_id,
        note=note,
    )
    db.session.execute(new.on_conflict_do_nothing(index_elements=["key"]))

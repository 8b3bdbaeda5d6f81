"""Tries to pay by a provider: finding them, and bringing them to what the provider says."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.payment.answers import Payment
from campaigns.payment.models import PaymentAttempt, PaymentCase
from campaigns.payment.rules import fees, presented
from campaigns.payment.rules.later import refused
from campaigns.payment.rules.receive import receive
from campaigns.payment.states import MOVES, AttemptState, CaseKind
from campaigns.pledge.models import Instalment


class Mismatch(Exception):
    """The provider's amount or currency is not what this try asked for."""


def held(attempt_id: int) -> PaymentAttempt:
    """An attempt as it is now, held until this transaction ends."""
    return db.session.scalars(_now(sa.select(PaymentAttempt).where(PaymentAttempt.id == attempt_id))).one()


def of_payment(payment: Payment) -> PaymentAttempt | None:
    """The attempt that a payment belongs to, held: by our key in its metadata, or by an id known before."""
    return _by((PaymentAttempt.key, payment.attempt_key), (PaymentAttempt.intent_ref, payment.intent_ref))


def of_object(ref: str | None) -> PaymentAttempt | None:
    """The attempt that one of the provider's objects, a session or an intent, belongs to, held."""
    return _by((PaymentAttempt.intent_ref, ref), (PaymentAttempt.session_ref, ref))


def _by(*ways: tuple[Any, str | None]) -> PaymentAttempt | None:
    known = [column == value for column, value in ways if value is not None]
    select = sa.select(PaymentAttempt).where(sa.or_(sa.false(), *known)).order_by(PaymentAttempt.id).limit(1)
    return db.session.scalars(_now(select)).one_or_none()


def _now(select: sa.Select[PaymentAttempt]) -> sa.Select[PaymentAttempt]:
    return select.with_for_update().execution_options(populate_existing=True)


def reflect(attempt: PaymentAttempt, payment: Payment) -> None:
    """Bring an attempt to what its provider said; book money that arrived, once.

    Order, repetition and a late answer do not matter: only steps that lead on are taken, and money
    that arrived is never unsaid by a failure. Raises Mismatch.
    """
    if payment.money != attempt.charged:
        raise Mismatch(f"asked {attempt.charged}, the provider says {payment.money}")
    payment = _of_saved_card(attempt, payment)
    attempt.session_ref = attempt.session_ref or payment.session_ref
    attempt.intent_ref = attempt.intent_ref or payment.intent_ref
    attempt.pay_url = payment.url or attempt.pay_url
    if payment.state in MOVES.get(attempt.state, ()):
        attempt.move_to(payment.state)
        audit.record(None, f"attempt.{payment.state}", attempt)
        if payment.state is AttemptState.SUCCEEDED:
            _arrived(attempt, payment)
        elif attempt.mandate_id is not None:
            refused.follow(attempt, payment.refusal)
    fees.keep(attempt, payment)


def _of_saved_card(attempt: PaymentAttempt, payment: Payment) -> Payment:
    """A saved card that was refused ends its try: nobody is there to give another one. A question may be answered."""
    ended = attempt.mandate_id is not None and payment.refusal not in {None, refused.ASKS}
    return replace(payment, state=AttemptState.FAILED) if ended else payment


def _arrived(attempt: PaymentAttempt, payment: Payment) -> None:
    attempt.charge_ref = payment.charge_ref
    presented.keep(attempt, payment.presented)
    receive(
        db.session.get_one(Instalment, attempt.instalment_id),
        attempt.money,
        source=f"stripe:{attempt.organisation_id}:{attempt.currency}",
        cause=("payment", f"stripe:{payment.charge_ref}"),
        by=None,
        attempt=attempt,
    )
    fees.add_cover(attempt)


def open_case(
    kind: CaseKind,
    key: str,
    *,
    attempt: PaymentAttempt | None = None,
    organisation_id: int | None = None,
    money: Money | None = None,
    event_id: str | None = None,
    note: str = "",
) -> None:
    """Lay something before a person, once per `key`; whose it is and how much are the attempt's where not given."""
    concerned = money or (attempt.money if attempt is not None else None)
    new = db.insert(PaymentCase).values(
        kind=kind,
        key=key[:160],
        organisation_id=attempt.organisation_id if attempt is not None else organisation_id,
        attempt_id=attempt.id if attempt is not None else None,
        amount=concerned.amount if concerned is not None else None,
        currency=concerned.currency if concerned is not None else None,
        event_id=event_id,
        note=note,
    )
    db.session.execute(new.on_conflict_do_nothing(index_elements=["key"]))


def tell(attempt: PaymentAttempt, kind: CaseKind, fault: Exception, event_id: str | None = None) -> None:
    """Lay what is wrong with an attempt before a person, once for each kind of fault."""
    open_case(kind, f"attempt:{attempt.id}:{kind}", attempt=attempt, event_id=event_id, note=str(fault))

"""Charging saved cards: each sponsor told beforehand, each instalment once, whoever else is at work."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.kit import clock, db, refs
from campaigns.kit.queue import sweep
from campaigns.payment import gateway
from campaigns.payment.answers import Payment
from campaigns.payment.gateway import KEY_LASTS, Gateway
from campaigns.payment.gateway.cards import Charge
from campaigns.payment.models import ChargeMandate, ChargeNotice, PaymentAttempt
from campaigns.payment.queries import saved as queries
from campaigns.payment.rules import attempts
from campaigns.payment.rules.checkout import keep
from campaigns.payment.rules.later import words
from campaigns.payment.rules.later.letters import tell
from campaigns.payment.rules.later.mandates import held
from campaigns.payment.rules.later.refused import RETRY_AFTER, need_card
from campaigns.payment.states import AttemptState, CaseKind, MandateState, Provider
from campaigns.pledge.models import Instalment
from campaigns.pledge.rules.sweeping import one_by_one

BATCH = 200


@sweep
def announce() -> None:
    """Tell each sponsor a week before on which day a saved card is charged, and how much."""
    until = clock.today() + words.TOLD_BEFORE
    for instalment_id in db.session.scalars(queries.to_announce(until).limit(BATCH)).all():
        one_by_one(_announce, instalment_id)


def _announce(instalment_id: int) -> None:
    instalment = db.session.get_one(Instalment, instalment_id)
    active = queries.mandate_of(instalment.pledge_id, MandateState.ACTIVE)
    mandate = held(db.session.scalars(active).one().id)
    until = clock.today() + words.TOLD_BEFORE
    still = queries.to_announce(until).where(Instalment.id == instalment_id)
    if mandate.method is None or db.session.scalars(still).one_or_none() is None:
        return
    charge_on = max(instalment.due_on, clock.today() + words.NOTICE)
    if mandate.method.expires_before(charge_on):
        need_card(mandate.method)
        return
    db.session.merge(ChargeNotice(instalment_id=instalment_id, charge_on=charge_on, told_at=clock.now()))
    instalment.reminded_at = instalment.reminded_at or clock.now()  # this letter is the reminder
    key = f"payment.charge_soon:{instalment_id}:{charge_on}"
    tell(mandate, "charge_soon", key, amount=instalment.money, charge_on=charge_on)


@sweep
def charge_due() -> None:
    """Charge every saved card whose day has come; each attempt is committed before Stripe is asked."""
    stripe = gateway.current()
    if stripe is None:
        return
    for instalment_id in db.session.scalars(_now_due().limit(BATCH)).all():
        db.session.commit()
        begun = _begin(instalment_id)
        if begun is not None and not _charge(*begun, stripe):
            return  # the provider is not well; what was begun is looked after with the same key


def _now_due(but: int = 0) -> "sa.Select[int, int]":
    return queries.to_charge(clock.today(), clock.now() - RETRY_AFTER + timedelta(hours=1), but=but)


def _begin(instalment_id: int) -> tuple[int, Charge] | None:
    """An attempt of our own, committed; None where another worker has one, or where there is nothing to charge."""
    with db.transaction():
        mine = _now_due().where(Instalment.id == instalment_id)
        found = db.session.execute(mine).one_or_none()
        attempt_id = _insert(instalment_id, found[1]) if found is not None else None
        if attempt_id is None:
            return None
        # Whoever had an attempt open until now may have charged it: only what is still due is charged.
        if db.session.execute(_now_due(but=attempt_id).where(Instalment.id == instalment_id)).one_or_none() is None:
            db.session.rollback()
            return None
        return attempt_id, _order(attempt_id)


def _insert(instalment_id: int, mandate_id: int) -> int | None:
    instalment = db.session.get_one(Instalment, instalment_id)
    mandate = db.session.get_one(ChargeMandate, mandate_id)
    new: Any = db.insert(PaymentAttempt).values(
        instalment_id=instalment_id,
        organisation_id=mandate.organisation_id,
        mandate_id=mandate_id,
        provider=Provider.STRIPE,
        state=AttemptState.SUBMITTING,
        amount=instalment.amount,
        currency=instalment.currency,
        key=f"{refs.random_ref(20)}:attempt:{instalment_id}:charge",
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    made = new.on_conflict_do_nothing().returning(sa.column("id"))
    attempt_id: int | None = db.session.execute(made).scalar()
    return attempt_id


def _order(attempt_id: int) -> Charge:
    attempt = db.session.get_one(PaymentAttempt, attempt_id)
    mandate = db.session.scalars(queries.mandate(attempt.mandate_id or 0)).one()
    assert mandate.method is not None  # noqa: S101 - an attempt is made of an agreement that holds
    return Charge(
        key=attempt.key,
        money=attempt.money,
        title=f"{mandate.pledge.campaign.title} ({mandate.pledge.ref})",
        customer_ref=mandate.method.customer_ref,
        method_ref=mandate.method.method_ref,
    )


def _charge(attempt_id: int, order: Charge, stripe: Gateway) -> bool:
    """Ask Stripe and keep what it said; False where it gave no clear answer."""
    try:
        payment = stripe.charge(order)
    except gateway.TryLater:
        return False
    except gateway.Unclear as fault:
        keep(attempt_id, AttemptState.UNKNOWN, fault)
        return False
    except gateway.KeyReused as fault:
        keep(attempt_id, AttemptState.UNKNOWN, fault, CaseKind.KEY_REUSED)
    except gateway.Rejected as fault:
        rejected(attempt_id, fault)
    else:
        with db.transaction():
            attempts.reflect(attempts.held(attempt_id), payment)
    return True


def rejected(attempt_id: int, fault: gateway.Rejected) -> None:
    """The provider will not charge this card: its owner is asked for another one; anything else is for a person."""
    if not fault.about_card:
        keep(attempt_id, AttemptState.FAILED, fault, CaseKind.PROVIDER_SAYS_OTHERWISE)
        return
    keep(attempt_id, AttemptState.FAILED, fault)
    with db.transaction():
        mandate_id = attempts.held(attempt_id).mandate_id
        need_card(held(mandate_id or 0).method)


def find(attempt_id: int, stripe: Gateway) -> Payment | None:
    """What has become of an attempt; None where it never took effect. Within a day the same key is used again."""
    with db.reading(), db.transaction():
        attempt = db.session.get_one(PaymentAttempt, attempt_id)
        order, ref, begun = _order(attempt_id), attempt.intent_ref, attempt.created_at
    if ref is None and clock.now() - begun < KEY_LASTS:
        try:
            ref = stripe.charge(order).intent_ref
        except gateway.Rejected as fault:
            rejected(attempt_id, fault)
            return None
    elif ref is None:
        ref = stripe.find_charge(order.customer_ref, order.key, begun)
    return stripe.intent(ref) if ref is not None else None

"""Refunds that somebody made at the provider: booked once, out of where the money went, and laid before a person."""

import sqlalchemy as sa

from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.payment.answers import TakenBack
from campaigns.payment.models import PaymentAttempt, PaymentCase
from campaigns.payment.queries import disputes
from campaigns.payment.rules.attempts import open_case
from campaigns.payment.rules.give_back import waiting_for
from campaigns.payment.rules.receive import hold
from campaigns.payment.rules.refunds import credit, parts
from campaigns.payment.states import CaseKind, DisputeState

DONE, UNDONE = "succeeded", frozenset({"failed", "canceled"})


def reflect(attempt: PaymentAttempt, refund: TakenBack) -> None:
    """Book a refund that was made at the provider, once, and tell a person; one that failed comes back.

    Where the money is no longer there (the school has it), nothing is booked: the case says so. The pledge is left
    to that person: only they know why the money went back.
    """
    if refund.status != DONE and refund.status not in UNDONE:
        return  # still on its way; another event will say how it ended
    if refund.status == DONE and _failed_since(refund):
        return  # fetched early, looked at late
    hold(attempt.organisation_id)  # before its campaign, as everywhere
    note = f"{refund.ref}: {refund.money}, {refund.status}"
    if refund.status in UNDONE:
        _give_again(refund)
    elif not _take_back(attempt, refund):
        note += "; not booked, for the money has gone on"
    key = f"refund:{refund.ref}:{refund.status}"
    open_case(CaseKind.REFUND_SEEN, key, attempt=attempt, money=refund.money, note=note)


def _failed_since(refund: TakenBack) -> bool:
    keys = [f"refund:{refund.ref}:{status}" for status in UNDONE]
    return db.session.scalar(sa.select(PaymentCase.id).where(PaymentCase.key.in_(keys)).limit(1)) is not None


def _take_back(attempt: PaymentAttempt, refund: TakenBack) -> bool:
    """Book the refund out of where its payment went; False where that holds less."""
    if _booked(refund):
        return True
    try:
        with db.session.begin_nested():
            _take_from_parts(attempt, refund)
    except ledger.Overdrawn:
        return False
    return True


def _take_from_parts(attempt: PaymentAttempt, refund: TakenBack) -> None:
    """What was paid too much goes back first. Raises Overdrawn."""
    rest = refund.money
    for part in parts.of_attempt(attempt):
        taken = min(rest, parts.left(part))
        if taken.amount > 0:
            source = _set_apart(attempt, taken) or parts.where_now(part, attempt.instalment_id)
            target = db.session.get_one(LedgerAccount, part.source_id)
            moved = parts.move(taken, source, target, ("refund", parts.cause(part, refund.ref)))
            credit.issue(part, moved, "Paid back through the card company")
            rest -= taken
    if not rest:
        return
    if not _is_lost(attempt):
        raise ledger.Overdrawn()
    # A bank took the payment as well: what went back twice is the community's, whichever we hear of first.
    owed = ledger.account(f"debt:{attempt.organisation_id}:community:{rest.currency}", rest.currency)
    stripe = ledger.account(f"stripe:{attempt.organisation_id}:{rest.currency}", rest.currency)
    ledger.move(rest, source=owed, target=stripe, cause=("refund", f"debt:{refund.ref}"))


def _is_lost(attempt: PaymentAttempt) -> bool:
    lost = disputes.of_attempt(attempt.id, {DisputeState.LOST}).limit(1)
    return db.session.scalar(lost) is not None


def _set_apart(attempt: PaymentAttempt, taken: Money) -> LedgerAccount | None:
    """The account in which so much of this payment waits to go back, because its sponsor asked for it."""
    case = db.session.scalars(waiting_for(attempt)).first()
    if case is None or case.money is None or case.money < taken:
        return None
    return ledger.account(f"suspense:{case.organisation_id}:{taken.currency}", taken.currency)


def _give_again(refund: TakenBack) -> None:
    """A refund that was booked and then failed did not leave after all."""
    for booked in _booked(refund):
        if parts.reverse(booked, "refund_failed") is not None:
            credit.withdraw(booked)


def _booked(refund: TakenBack) -> list[Movement]:
    mine = Movement.external_id.endswith(f":{refund.ref}", autoescape=True)
    return list(db.session.scalars(sa.select(Movement).where(Movement.kind == "refund", mine)))

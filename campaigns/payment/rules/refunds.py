"""Money that a provider gave back to a sponsor."""

import sqlalchemy as sa

from campaigns.campaign.rules import figures
from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.payment.answers import TakenBack
from campaigns.payment.models import PaymentAttempt, PaymentCase
from campaigns.payment.rules.attempts import open_case
from campaigns.payment.rules.give_back import waiting_for
from campaigns.payment.states import CaseKind
from campaigns.pledge.models import Instalment, Pledge

DONE, UNDONE = "succeeded", frozenset({"failed", "canceled"})


def reflect(attempt: PaymentAttempt, refund: TakenBack) -> None:
    """Book a refund that was made at the provider, once, and tell a person; one that failed comes back.

    Where the money is no longer there (the school has it), nothing is booked: the case says so.
    """
    if refund.status != DONE and refund.status not in UNDONE:
        return  # still on its way; another event will say how it ended
    if refund.status == DONE and _failed_since(refund):
        return  # fetched early, looked at late
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
    for part in _parts(attempt):
        taken = min(rest, part.money - _refunded(part))
        if taken:
            source_id = _set_apart(attempt, taken) or _where_now(attempt, part)
            _move(taken, source_id, part.source_id, ("refund", f"stripe:{part.id}:{refund.ref}"))
            rest -= taken
    if rest:
        raise ledger.Overdrawn()


def _set_apart(attempt: PaymentAttempt, taken: Money) -> int | None:
    """The account in which so much of this payment waits to go back, because its sponsor asked for it."""
    case = db.session.scalars(waiting_for(attempt)).first()
    if case is None or case.money is None or case.money < taken:
        return None
    return ledger.account(f"suspense:{case.organisation_id}:{taken.currency}", taken.currency).id


def _where_now(attempt: PaymentAttempt, part: Movement) -> int:
    """The account that holds a part now: its sponsor may have let the pledge stand for another campaign since."""
    if _campaign(db.session.get_one(LedgerAccount, part.target_id)) is None:
        return part.target_id
    pledges = sa.select(Pledge.campaign_id).join(Instalment, Instalment.pledge_id == Pledge.id)
    campaign_id = db.session.scalars(pledges.where(Instalment.id == attempt.instalment_id)).one()
    return ledger.account(f"campaign:{campaign_id}", part.currency).id


def _give_again(refund: TakenBack) -> None:
    """A refund that was booked and then failed did not leave after all."""
    for booked in _booked(refund):
        _move(booked.money, booked.target_id, booked.source_id, ("refund_failed", booked.external_id), booked)


def _move(
    money: Money, source_id: int, target_id: int, cause: tuple[str, str], reverses: Movement | None = None
) -> None:
    source, target = (db.session.get_one(LedgerAccount, each) for each in (source_id, target_id))
    changes = [(campaign, change) for place, change in ((source, -1), (target, 1)) if (campaign := _campaign(place))]
    for campaign, _ in changes:
        figures.lock(campaign)  # before its account, as everywhere
    if ledger.move(money, source=source, target=target, cause=cause, overdraw=reverses is not None, reverses=reverses):
        for campaign, change in changes:
            figures.add(campaign, received=change * money.amount)


def _campaign(place: LedgerAccount) -> int | None:
    kind, _, campaign_id = place.code.partition(":")
    return int(campaign_id) if kind == "campaign" else None


def _parts(attempt: PaymentAttempt) -> list[Movement]:
    """Where an attempt's money went: what was put aside, then what counted."""
    cause = f"stripe:{attempt.charge_ref}"
    select = sa.select(Movement).where(
        Movement.kind == "payment", Movement.external_id.in_([f"{cause}:surplus", cause])
    )
    return list(db.session.scalars(select.order_by(Movement.external_id.desc())))


def _refunded(part: Movement) -> Money:
    """What went back of one movement and stayed away."""
    signed = sa.case((Movement.kind == "refund", Movement.amount), else_=-Movement.amount)
    total = sa.select(sa.func.coalesce(sa.func.sum(signed), 0)).where(
        Movement.kind.in_(["refund", "refund_failed"]),
        Movement.external_id.startswith(f"stripe:{part.id}:", autoescape=True),
    )
    return Money(int(db.session.scalar(total) or 0), part.currency)


def _booked(refund: TakenBack) -> list[Movement]:
    mine = Movement.external_id.endswith(f":{refund.ref}", autoescape=True)
    return list(db.session.scalars(sa.select(Movement).where(Movement.kind == "refund", mine)))

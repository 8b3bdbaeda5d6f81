"""A treasurer gives money back: set apart at once, so that it cannot go anywhere else, then sent."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.kit import clock, db, refs
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.payment import queries
from campaigns.payment.models import PaymentAttempt, PaymentCase, Receipt, Refund
from campaigns.payment.queries import disputes
from campaigns.payment.queries import refunds as find
from campaigns.payment.rules.receive import hold
from campaigns.payment.rules.refunds import parts, settle
from campaigns.payment.states import TAKEN, CaseKind, Provider, RefundReason, RefundState
from campaigns.pledge import queries as pledges
from campaigns.pledge import rules as pledge_rules
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.states import InstalmentState

ASIDE = frozenset({CaseKind.OVERPAID, CaseKind.PAID_AFTER_END, CaseKind.REFUND_DUE})


class MoreThanLeft(Refused):
    """More than can go back."""

    field = "amount"

    def __init__(self, left: Money) -> None:
        none = "Nothing of this payment can go back any more: it is back already, or with the school."
        super().__init__(f"At most {left} of this payment can go back." if left else none)


class NotYet(Refused):
    """This day has not come yet."""

    field = "sent_on"


class Disputed(Refused):
    """The card holder's bank has taken this money already, and is deciding whose it is. It cannot go back twice."""


class NothingAside(Refused):
    """No money waits here to go back."""


@dataclass(frozen=True)
class Wish:
    """What is to go back, and why; `bank_reference` where it was sent by bank transfer, None for the card company."""

    amount: Money
    reason: RefundReason
    note: str = ""
    bank_reference: str | None = None
    sent_on: date | None = None


def refundable(receipt: Receipt) -> Money:
    """How much of a payment can go back now: what is left of it, is still with its campaign, and is not disputed."""
    instalment = db.session.get_one(Instalment, receipt.instalment_id)
    pledge = db.session.scalars(pledges.whole(instalment.pledge_id)).one()
    none = Money.zero(receipt.currency)
    if instalment.state is not InstalmentState.PAID:
        return none
    underway = db.session.scalars(find.underway(pledge.id)).all()
    own = sum(each.amount for each in underway if each.receipt_id == receipt.id)
    every = sum(each.amount for each in underway if each.receipt_id is not None)
    part = db.session.get_one(Movement, receipt.movement_id)
    here = parts.where_now(part, instalment.id).balance
    limits = (parts.left(part).amount, instalment.amount - own, pledge_rules.unspent(pledge) - every, here)
    return max(none, Money(min(limits), receipt.currency))


def ask(receipt: Receipt, wish: Wish, *, once: str, by: User) -> Refund:
    """Give back all or a part of what was paid. The same `once` again gives the refund that it has made.

    One by bank transfer is recorded as sent; for any other the caller goes on with `send`. Raises NotAllowed,
    ReauthenticationNeeded, MoreThanLeft, NotYet, Disputed.
    """
    access.require(by, Action.REFUND, receipt)
    hold(receipt.organisation_id)
    instalment = db.session.get_one(Instalment, receipt.instalment_id)
    pledge = db.session.scalars(pledges.whole(instalment.pledge_id)).one()
    figures.lock(pledge.campaign_id)
    made = _made(once)
    if made is not None:
        return made
    if wish.amount > (may := refundable(receipt)):
        raise MoreThanLeft(may)
    part = db.session.get_one(Movement, receipt.movement_id)
    refund = _write(part, pledge, wish, once, by, receipt_id=receipt.id)
    return _set_apart(refund, part, parts.where_now(part, instalment.id), by)


def ask_from(case: PaymentCase, wish: Wish, *, once: str, by: User) -> Refund:
    """Give back, through the card company, what was put aside of a card payment. Raises as `ask`, and NothingAside."""
    access.require(by, Action.REFUND, case)
    hold(case.organisation_id or 0)
    db.session.refresh(case, with_for_update=True)
    made = _made(once)
    if made is not None:
        return made
    part, aside = part_of(case), aside_of(case)
    if part is None or not aside:
        raise NothingAside()
    if wish.amount > (may := min(aside, parts.left(part))):
        raise MoreThanLeft(may)
    refund = _write(part, _pledge_of(case), wish, once, by, case_id=case.id)
    return _set_apart(
        refund, part, ledger.account(f"suspense:{case.organisation_id}:{part.currency}", part.currency), by
    )


def aside_of(case: PaymentCase) -> Money | None:
    """What still waits of a card payment that was put aside; None where a case is about something else."""
    if case.kind not in ASIDE or case.attempt_id is None or case.closed_at is not None or case.money is None:
        return None
    gone = sum(
        each.amount for each in db.session.scalars(find.of_case(case.id)) if each.state is not RefundState.FAILED
    )
    return case.money - Money(gone, case.money.currency)


def part_of(case: PaymentCase) -> Movement | None:
    """The movement by which the money of a case came."""
    attempt = db.session.get(PaymentAttempt, case.attempt_id)
    if attempt is None:
        return None
    found = parts.of_attempt(attempt)
    if case.kind is CaseKind.REFUND_DUE:
        return next((each for each in found if each.external_id == f"stripe:{attempt.charge_ref}"), None)
    return next((each for each in found if case.key == f"payment:{each.external_id}"[:160]), None)


def _pledge_of(case: PaymentCase) -> Pledge:
    of_attempt = sa.select(PaymentAttempt.instalment_id).where(PaymentAttempt.id == case.attempt_id).scalar_subquery()
    return db.session.scalars(sa.select(Pledge).join(Instalment).where(Instalment.id == of_attempt)).one()


def _made(once: str) -> Refund | None:
    return db.session.scalars(sa.select(Refund).where(Refund.once == once)).one_or_none()


def _write(part: Movement, pledge: Pledge, wish: Wish, once: str, by: User, **of: int) -> Refund:
    by_bank = wish.bank_reference is not None
    attempt_id = db.session.scalar(queries.attempt_of(part.external_id))
    if attempt_id is not None and db.session.scalar(disputes.of_attempt(attempt_id, TAKEN).limit(1)) is not None:
        raise Disputed()
    if wish.sent_on is not None and wish.sent_on > clock.today():
        raise NotYet()
    refund = Refund(
        organisation_id=pledge.organisation_id,
        pledge_id=pledge.id,
        part_id=part.id,
        attempt_id=attempt_id,
        provider=Provider.BANK if by_bank else Provider.STRIPE,
        state=RefundState.BEGUN,
        amount=wish.amount.amount,
        currency=wish.amount.currency,
        reason=wish.reason,
        note=wish.note,
        once=once,
        key=f"{refs.random_ref(20)}:refund:create",
        bank_reference=wish.bank_reference,
        sent_on=wish.sent_on if by_bank else None,
        asked_by_id=by.id,
        **of,
    )
    db.session.add(refund)
    db.session.flush()
    return refund


def _set_apart(refund: Refund, part: Movement, source: LedgerAccount, by: User) -> Refund:
    target = ledger.account(f"refund:{refund.organisation_id}:{refund.currency}", refund.currency)
    try:
        parts.move(refund.money, source, target, ("refund", parts.cause(part, f"ours-{refund.id}")), by=by)
    except ledger.Overdrawn:
        raise MoreThanLeft(Money(max(source.balance, 0), refund.currency)) from None
    audit.record(by, "payment.refund_asked", refund, amount=refund.amount, currency=refund.currency)
    if refund.provider is Provider.BANK:
        settle.done(refund)
    return refund

"""What a refund of ours has come to: sent, or back with us."""

import sqlalchemy as sa

from campaigns.account.models import Organisation
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.notice import rules as notice
from campaigns.payment.answers import TakenBack
from campaigns.payment.models import CreditNote, PaymentCase, Receipt, Refund
from campaigns.payment.queries import refunds as find
from campaigns.payment.rules.attempts import open_case
from campaigns.payment.rules.receive import hold
from campaigns.payment.rules.refunds import credit, parts
from campaigns.payment.states import REFUND_MOVES, CaseKind, Provider, RefundState
from campaigns.pledge import rules as pledge_rules
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules.own import page_of
from campaigns.pledge.states import InstalmentState

STATES = {"succeeded": RefundState.DONE, "failed": RefundState.FAILED, "canceled": RefundState.FAILED}


def held(refund_id: int) -> Refund:
    """A refund as it is now; its community, its campaign and itself wait until this transaction ends."""
    row = db.session.get_one(Refund, refund_id)
    hold(row.organisation_id)
    figures.lock(db.session.get_one(Pledge, row.pledge_id).campaign_id)
    return db.session.scalars(
        sa.select(Refund).where(Refund.id == refund_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def reflect(refund: Refund, said: TakenBack) -> None:
    """Bring a refund to what its provider says, in any order and any number of times. The caller holds it."""
    if said.money != refund.money:
        note = f"{said.ref}: we asked for {refund.money}, the provider sends {said.money}"
        _tell(refund, CaseKind.AMOUNT_MISMATCH, note, said.money)
        return
    refund.provider_ref = refund.provider_ref or said.ref
    state = STATES.get(said.status, RefundState.ON_ITS_WAY)
    if state not in REFUND_MOVES.get(refund.state, ()):
        return
    if state is RefundState.DONE:
        done(refund)
    elif state is RefundState.FAILED:
        failed(refund, f"{said.ref}: {said.status}")
    else:
        refund.move_to(state)


def done(refund: Refund) -> None:
    """The money has left: the pledge counts for less, the receipt is corrected, the sponsor is told."""
    part = db.session.get_one(Movement, refund.part_id)
    refund.move_to(RefundState.DONE)
    apart = ledger.account(f"refund:{refund.organisation_id}:{refund.currency}", refund.currency)
    ledger.move(refund.money, source=apart, target=_outside(refund, part), cause=("refund_sent", f"refund:{refund.id}"))
    if refund.receipt_id is not None:
        receipt = db.session.get_one(Receipt, refund.receipt_id)
        _take_off(db.session.get_one(Instalment, receipt.instalment_id), refund.amount)
    else:
        _close_case(refund)
    note = credit.issue(part, find.booking(refund), "Paid back")
    audit.record(None, "payment.refund_done", refund, amount=refund.amount, currency=refund.currency)
    _mail(refund, note)


def _take_off(instalment: Instalment, amount: int) -> None:
    """The pledge counts for less; what a departure has taken off it meanwhile is not taken off again."""
    if instalment.state is InstalmentState.PAID:
        pledge_rules.returned(instalment, min(amount, instalment.amount), "paid back")


def failed(refund: Refund, why: str) -> None:
    """The money did not arrive: what was set apart goes where it was; what had left waits aside for the sponsor."""
    before = refund.state
    refund.move_to(RefundState.FAILED)
    refund.fault = why[:300]
    part, booking = db.session.get_one(Movement, refund.part_id), find.booking(refund)
    if before is RefundState.DONE:
        aside = ledger.account(f"suspense:{refund.organisation_id}:{refund.currency}", refund.currency)
        cause = ("refund_came_back", f"refund:{refund.id}")
        ledger.move(refund.money, source=_outside(refund, part), target=aside, cause=cause)
        note = f"{why}. It came back after it had been sent, and waits to be sent by bank transfer"
        _tell(refund, CaseKind.REFUND_FAILED, note, refund.money)
    elif booking is not None:
        parts.reverse(booking, "refund_failed")
        note = f"{why}. {refund.money} is where it was; give it back by bank transfer, if it is to go back"
        _tell(refund, CaseKind.REFUND_FAILED, note)
    audit.record(None, "payment.refund_failed", refund, was=before)


def _outside(refund: Refund, part: Movement) -> LedgerAccount:
    """Where the money goes: to the bank, or to the provider that brought it."""
    if refund.provider is Provider.BANK:
        return ledger.account(f"bank:{refund.organisation_id}:{refund.currency}", refund.currency)
    return db.session.get_one(LedgerAccount, part.source_id)


def _tell(refund: Refund, kind: CaseKind, note: str, money: Money | None = None) -> None:
    """A case; it names no payment, so that `money`, where it waits aside, can be sent by bank transfer."""
    pledge = db.session.get_one(Pledge, refund.pledge_id)
    key, said = f"refund:ours:{refund.id}:{kind}", f"Pledge {pledge.ref}: {note}."
    open_case(kind, key, organisation_id=refund.organisation_id, money=money, note=said)


def _close_case(refund: Refund) -> None:
    """A case ends when all that waited has gone back."""
    case = db.session.get_one(PaymentCase, refund.case_id)
    sent = sum(each.amount for each in db.session.scalars(find.of_case(case.id)) if each.state is RefundState.DONE)
    if case.closed_at is None and sent == case.amount:
        case.closed_at, case.closed_by_id, case.outcome = clock.now(), refund.asked_by_id, "Sent back by refund."


def _mail(refund: Refund, note: CreditNote | None) -> None:
    pledge = db.session.get_one(Pledge, refund.pledge_id)
    notice.send(
        pledge.email,
        "payment/mail/refunded",
        key=f"payment.refunded:{refund.id}",
        community_name=db.session.get_one(Organisation, refund.organisation_id).name,
        name=pledge.name,
        refund=refund,
        note=note,
        receipt=db.session.get(Receipt, refund.receipt_id) if refund.receipt_id else None,
        by_bank=refund.provider is Provider.BANK,
        pledge_url=page_of(pledge.ref),
    )

"""A payment that the card company sends: both people have agreed, it is told once, and what it says is booked."""

from typing import cast

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.rules.propose import NotEnoughMoney
from campaigns.disbursement.rules.release import AlreadyReleased, agree, leave, require_money, require_release
from campaigns.disbursement.rules.where import require_provider
from campaigns.disbursement.states import GONE_OUT, DisbursementState
from campaigns.kit import clock, db
from campaigns.kit.queue import sweep
from campaigns.payment.models import ProviderTransfer
from campaigns.payment.rules import transfers
from campaigns.payment.rules.attempts import open_case
from campaigns.payment.states import CaseKind, TransferState
from campaigns.student.models import SchoolAccount
from campaigns.student.states import AccountState

BATCH = 50


def order(disbursement: Disbursement, *, by: User) -> ProviderTransfer:
    """Agree, as the second person, that the card company sends this; the caller then has it told (`transfers.send`).

    The second half of a double click gives the same transfer. Raises as `release` does; NotByProvider,
    NotEnoughMoney.
    """
    require_release(disbursement, by=by)
    figures.lock(disbursement.campaign_id)
    db.session.refresh(disbursement, ["state", "released_by_id", "account_id"], with_for_update=True)
    if disbursement.state in GONE_OUT and disbursement.released_by_id != by.id:
        raise AlreadyReleased()
    if disbursement.state not in GONE_OUT | {DisbursementState.APPROVED}:
        agree(disbursement, by)
        require_money(disbursement)
        disbursement.move_to(DisbursementState.APPROVED)
        audit.record(by, "disbursement.approved", disbursement, amount=disbursement.amount)
    account_ref = require_provider(disbursement)
    return transfers.begin(disbursement.ref, disbursement.money, account_ref, disbursement.organisation_id)


@transfers.only_while
def is_still_agreed(transfer: ProviderTransfer) -> bool:
    """Whether nobody has objected to the school's account since both people agreed to pay it."""
    usable = sa.select(Disbursement.id).join(Disbursement.account)
    usable = usable.where(Disbursement.ref == transfer.cause, SchoolAccount.state == AccountState.CONFIRMED)
    return db.session.scalar(usable) is not None


@transfers.on_end
def follow(transfer: ProviderTransfer) -> None:
    """Book what was sent as sent; what was refused may be agreed to again."""
    found = sa.select(Disbursement).where(Disbursement.ref == transfer.cause)
    campaign = figures.lock(db.session.scalars(found).one().campaign_id)  # before the payment, as everywhere
    disbursement = db.session.scalars(found.with_for_update().execution_options(populate_existing=True)).one()
    if disbursement.state is not DisbursementState.APPROVED:
        return
    if transfer.state is TransferState.REFUSED:
        disbursement.move_to(DisbursementState.PROPOSED)
        disbursement.released_by_id = disbursement.account_print = None
        return
    try:
        with db.session.begin_nested():
            by = db.session.get_one(User, cast(int, disbursement.released_by_id))
            reference = transfer.provider_ref or ""
            leave(disbursement, campaign, bank_reference=reference, paid_on=clock.today(), by=by)
    except NotEnoughMoney as short:
        key = f"transfer:{transfer.id}:short"
        note = f"Sent to the school by the card company, but not booked: {short}"
        whose = transfer.organisation_id
        open_case(CaseKind.BOOK_DIFFERS, key, organisation_id=whose, money=transfer.money, note=note)


@sweep
def book_late() -> None:
    """Book what was sent and could not be booked then, once the campaign's money is there."""
    sent = sa.and_(ProviderTransfer.cause == Disbursement.ref, ProviderTransfer.state == TransferState.SENT)
    late = sa.select(ProviderTransfer.id).join(Disbursement, sent)
    late = late.where(Disbursement.state == DisbursementState.APPROVED).limit(BATCH)
    with db.reading(), db.transaction():
        waiting = list(db.session.scalars(late))
    for transfer_id in waiting:
        with db.transaction():
            follow(db.session.get_one(ProviderTransfer, transfer_id))

"""Finding what a file may order at the bank, and the files that were made."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.disbursement.models import Disbursement, TransferBatch
from campaigns.disbursement.states import DisbursementState
from campaigns.student.models import SchoolAccount

MOST = 100


def to_order(organisation_id: int) -> sa.Select[Disbursement]:
    """What both people have approved and no file orders yet."""
    waits = sa.and_(Disbursement.state == DisbursementState.APPROVED, Disbursement.batch_id.is_(None))
    by_bank = Disbursement.account.has(SchoolAccount.provider_ref.is_(None))
    mine = sa.select(Disbursement).where(Disbursement.organisation_id == organisation_id, waits, by_bank)
    shown = (joinedload(each) for each in (Disbursement.school, Disbursement.campaign, Disbursement.tranche))
    return mine.options(*shown).order_by(Disbursement.id).limit(MOST)


def to_order_locked(organisation_id: int, refs: Collection[str]) -> sa.Select[Disbursement]:
    """The same as they are now, those with these refs, for a change."""
    mine = to_order(organisation_id).where(Disbursement.ref.in_(refs))
    return mine.with_for_update(of=Disbursement).execution_options(populate_existing=True)


def batches_of(user: User, organisation_id: int) -> sa.Select[TransferBatch]:
    """The files of a community whose money this person may see, the newest first."""
    may = TransferBatch.organisation_id.in_(access.organisations_of(user, Action.SEE_MONEY))
    mine = sa.select(TransferBatch).where(TransferBatch.organisation_id == organisation_id, may)
    return mine.order_by(TransferBatch.id.desc()).limit(MOST)


def batch_made_with(once: str) -> sa.Select[TransferBatch]:
    """The file that this very form has made already."""
    return sa.select(TransferBatch).where(TransferBatch.once == once)


def batch_locked(batch_id: int) -> sa.Select[TransferBatch]:
    """A file as it is now, for a change."""
    mine = sa.select(TransferBatch).where(TransferBatch.id == batch_id)
    return mine.with_for_update().execution_options(populate_existing=True)


def in_batch(batch_id: int) -> sa.Select[Disbursement]:
    """The payments that a file orders."""
    mine = sa.select(Disbursement).where(Disbursement.batch_id == batch_id)
    return mine.options(joinedload(Disbursement.school)).order_by(Disbursement.id)


def undone() -> sa.ColumnElement[bool]:
    """Whether a file is not void and orders a payment of which nobody has said that the bank has made it."""
    waits = sa.exists().where(
        Disbursement.batch_id == TransferBatch.id, Disbursement.state == DisbursementState.APPROVED
    )
    return sa.and_(TransferBatch.voided_at.is_(None), waits)


def wrong_batches() -> sa.Select[str]:
    """Files that order another sum than their payments, by ref; those that are void order none."""
    real = (
        sa.select(sa.func.coalesce(sa.func.sum(Disbursement.amount), 0))
        .where(Disbursement.batch_id == TransferBatch.id)
        .scalar_subquery()
    )
    due = sa.case((TransferBatch.voided_at.is_(None), TransferBatch.amount), else_=0)
    return sa.select(TransferBatch.ref).where(due != real).order_by(TransferBatch.ref)

"""Finding what schools were asked and what they answered."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaigns.disbursement.models import Disbursement, SchoolReceipt
from campaigns.kit import clock, crypto
from campaigns.kit.links import SignedLink
from campaigns.student.models import Application, ConfirmationRequest, SchoolAccount

LINK = "disbursement.receipt"


def receipts_of(disbursement_id: int) -> sa.Select[SchoolReceipt]:
    """What the school answered about one payment, the latest last."""
    mine = sa.select(SchoolReceipt).where(SchoolReceipt.disbursement_id == disbursement_id)
    return mine.options(joinedload(SchoolReceipt.proof), selectinload(SchoolReceipt.students)).order_by(
        SchoolReceipt.id
    )


def open_receipts(disbursement_id: int) -> sa.Select[SchoolReceipt]:
    """Answers that differ, and of which nobody has said what came."""
    return receipts_of(disbursement_id).where(SchoolReceipt.differs, SchoolReceipt.settled_at.is_(None))


def differs() -> sa.ColumnElement[bool]:
    """Whether a payment has an answer that differs and waits for a treasurer."""
    return sa.exists().where(
        SchoolReceipt.disbursement_id == Disbursement.id, SchoolReceipt.differs, SchoolReceipt.settled_at.is_(None)
    )


def answered_with(token: str) -> sa.Select[SchoolReceipt]:
    """The answer that came by this link."""
    return sa.select(SchoolReceipt).where(SchoolReceipt.link_hash == crypto.digest(token))


def links_today(disbursement_id: int) -> sa.Select[int]:
    """How many links to a payment were made in the last 24 hours."""
    mine = sa.and_(SignedLink.purpose == LINK, SignedLink.subject_id == disbursement_id)
    return sa.select(sa.func.count(SignedLink.id)).where(mine, SignedLink.created_at > clock.now() - timedelta(days=1))


def told_from(account_id: int | None) -> sa.Select[ConfirmationRequest]:
    """The request through which a school told an account: its address is the school's office."""
    told = sa.select(ConfirmationRequest).join(SchoolAccount, SchoolAccount.request_id == ConfirmationRequest.id)
    return told.where(SchoolAccount.id == account_id)


def aliases(application_ids: sa.Select[int]) -> sa.Select[int, str]:
    """(application, alias) of the students of a payment, for the team."""
    return sa.select(Application.id, Application.alias).where(Application.id.in_(application_ids))

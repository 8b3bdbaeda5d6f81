"""Finding what came back, and whose money it was."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaigns.campaign.models import Campaign
from campaigns.disbursement.models import Disbursement, Return, ReturnPart
from campaigns.pledge.models import Allocation, Instalment, Pledge
from campaigns.pledge.states import COUNTED, InstalmentState


def returns_of(disbursement_id: int) -> sa.Select[Return]:
    """What came back of a payment, with its lines."""
    return (
        sa.select(Return)
        .where(Return.disbursement_id == disbursement_id)
        .options(selectinload(Return.parts).options(joinedload(ReturnPart.line)))
        .order_by(Return.number)
    )


def untold() -> sa.Select[int]:
    """The ids of returns of which the sponsors have not heard."""
    return sa.select(Return.id).where(Return.told_at.is_(None)).order_by(Return.id)


def return_locked(return_id: int) -> sa.Select[Return]:
    """A return as it is now, for a change."""
    mine = sa.select(Return).where(Return.id == return_id)
    return mine.with_for_update().execution_options(populate_existing=True)


def campaign_of_return(return_id: int) -> sa.Select[Campaign]:
    """The campaign into which it came back."""
    paid = sa.select(Campaign).join(Disbursement, Disbursement.campaign_id == Campaign.id)
    return paid.join(Return, Return.disbursement_id == Disbursement.id).where(Return.id == return_id)


def sponsors_of_return(return_id: int) -> sa.Select[Pledge]:
    """The pledges that stand for its lines and of which something was paid."""
    stands = sa.exists().where(
        Allocation.pledge_id == Pledge.id, Allocation.line_id == ReturnPart.line_id, ReturnPart.return_id == return_id
    )
    paid = sa.exists().where(Instalment.pledge_id == Pledge.id, Instalment.state == InstalmentState.PAID)
    return sa.select(Pledge).where(stands, paid, Pledge.status.in_(COUNTED)).order_by(Pledge.id)

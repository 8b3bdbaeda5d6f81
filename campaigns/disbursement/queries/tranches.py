"""Finding the plan of a campaign and a school, whose turn it is, and what holds it up."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from campaigns.account.models import Organisation
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.disbursement.models import Disbursement, Tranche, TranchePart
from campaigns.disbursement.queries.payments import PROOF_DUE
from campaigns.disbursement.queries.receipts import differs
from campaigns.disbursement.states import OVER, DisbursementState
from campaigns.kit import clock


def plan_of(campaign_id: int, school_id: int) -> sa.Select[Tranche]:
    """The tranches for a campaign and a school, in their order, with their lines."""
    return (
        sa.select(Tranche)
        .where(Tranche.campaign_id == campaign_id, Tranche.school_id == school_id)
        .options(selectinload(Tranche.parts).joinedload(TranchePart.line))
        .order_by(Tranche.number)
    )


def payments_by_tranche(campaign_id: int, school_id: int) -> sa.Select[Disbursement]:
    """The payments of a plan that count: of each tranche at most one."""
    return sa.select(Disbursement).where(
        Disbursement.campaign_id == campaign_id,
        Disbursement.school_id == school_id,
        Disbursement.tranche_id.is_not(None),
        Disbursement.state.not_in(OVER),
    )


def next_tranche(campaign_id: int, school_id: int) -> sa.Select[Tranche]:
    """The first tranche for which nothing is proposed or paid; no row where there is no plan, or it is done."""
    taken = sa.exists().where(Disbursement.tranche_id == Tranche.id, Disbursement.state.not_in(OVER))
    return plan_of(campaign_id, school_id).where(~taken).limit(1)


def earlier_unproven(tranche: Tranche) -> sa.Select[int]:
    """How many tranches before this one are not proven."""
    proven = sa.exists().where(Disbursement.tranche_id == Tranche.id, Disbursement.state == DisbursementState.PROVEN)
    return sa.select(sa.func.count(Tranche.id)).where(
        Tranche.campaign_id == tranche.campaign_id,
        Tranche.school_id == tranche.school_id,
        Tranche.number < tranche.number,
        ~proven,
    )


def is_late() -> sa.ColumnElement[bool]:
    """Whether a payment left so long ago that the school's receipt is missing."""
    return sa.and_(Disbursement.state == DisbursementState.RELEASED, Disbursement.released_at < clock.now() - PROOF_DUE)


def late(campaign_id: int, school_id: int) -> sa.Select[Disbursement]:
    """What was sent from a campaign to a school, and whose receipt is missing or differs: all after it waits."""
    mine = sa.and_(Disbursement.campaign_id == campaign_id, Disbursement.school_id == school_id)
    sent = Disbursement.state == DisbursementState.RELEASED
    return sa.select(Disbursement).where(mine, sent, sa.or_(is_late(), differs())).order_by(Disbursement.id)


def to_remind(most: int, reminded_before: datetime) -> sa.Select[int]:
    """The ids of payments whose receipt is missing and of which nobody was reminded since then, or often enough."""
    again = sa.or_(Disbursement.reminded_at.is_(None), Disbursement.reminded_at < reminded_before)
    return sa.select(Disbursement.id).where(is_late(), Disbursement.reminders < most, again).order_by(Disbursement.id)


def locked(disbursement_id: int) -> sa.Select[Disbursement]:
    """A payment as it is now, for a change."""
    mine = sa.select(Disbursement).where(Disbursement.id == disbursement_id)
    return mine.with_for_update().execution_options(populate_existing=True)


def campaign_called(organisation_id: int, slug: str) -> sa.Select[Campaign]:
    """A campaign of a community."""
    return sa.select(Campaign).where(Campaign.organisation_id == organisation_id, Campaign.slug == slug)


def school_called(campaign_id: int, slug: str) -> sa.Select[Organisation]:
    """A school for which a campaign has budget lines."""
    has = sa.exists().where(BudgetLine.school_id == Organisation.id, BudgetLine.campaign_id == campaign_id)
    return sa.select(Organisation).where(has, Organisation.slug == slug)

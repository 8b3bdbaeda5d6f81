"""Finding disputes, what they hold back, and what they have left owing."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import Organisation
from campaigns.kit import db
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.payment.models import Dispute
from campaigns.payment.states import UNDECIDED, DisputeState
from campaigns.pledge.models import Pledge


def with_ref(ref: str) -> sa.Select[Dispute]:
    """The dispute with this id of the provider's, held."""
    select = sa.select(Dispute).where(Dispute.ref == ref).with_for_update()
    return select.execution_options(populate_existing=True)


def of_attempt(attempt_id: int, states: Collection[DisputeState]) -> sa.Select[int]:
    """The ids of the disputes of one payment that are in these states."""
    return sa.select(Dispute.id).where(Dispute.attempt_id == attempt_id, Dispute.state.in_(states))


def of_pledge(pledge_id: int) -> sa.Select[Dispute]:
    """The disputes about a pledge's payments, oldest first."""
    return sa.select(Dispute).where(Dispute.pledge_id == pledge_id).order_by(Dispute.id)


def frozen(campaign_id: int) -> sa.Select[int]:
    """How much of a campaign's money is not to be paid on, because a bank may take it back (minor units)."""
    here = sa.select(db.total(Dispute.amount)).join(Pledge, Pledge.id == Dispute.pledge_id)
    return here.where(Pledge.campaign_id == campaign_id, Dispute.state.in_(UNDECIDED))


def due(before: datetime) -> sa.Select[Dispute]:
    """The disputes for which evidence is due before then, and not there yet."""
    waiting = sa.select(Dispute).where(Dispute.state == DisputeState.OPEN, Dispute.respond_by < before)
    return waiting.order_by(Dispute.id)


def paid_schools(campaign_id: int, currency: str) -> "sa.Select[*tuple[Any, ...]]":
    """The schools that have a campaign's money, less what came back of it: (id, how much)."""
    campaign, school = sa.orm.aliased(LedgerAccount), sa.orm.aliased(LedgerAccount)
    code = sa.literal("school:") + sa.cast(Organisation.id, sa.String) + f":{currency}"
    out = sa.and_(Movement.source_id == campaign.id, Movement.target_id == school.id)
    back = sa.and_(Movement.source_id == school.id, Movement.target_id == campaign.id)
    kept = db.total(sa.case((out, Movement.amount), else_=-Movement.amount))
    return (
        sa.select(Organisation.id, kept)
        .join(school, school.code == code)
        .join(Movement, sa.or_(Movement.source_id == school.id, Movement.target_id == school.id))
        .join(campaign, sa.and_(campaign.code == f"campaign:{campaign_id}", sa.or_(out, back)))
        .group_by(Organisation.id)
        .having(kept > 0)
        .order_by(Organisation.id)
    )


def debts(organisation_id: int) -> sa.Select[LedgerAccount]:
    """The accounts that owe a community what disputes took after it was paid on; their balances are negative."""
    return debtors(organisation_id).where(LedgerAccount.balance < 0)


def debtors(organisation_id: int) -> sa.Select[LedgerAccount]:
    """The accounts that owe, or have owed, a community."""
    mine = LedgerAccount.code.startswith(f"debt:{organisation_id}:", autoescape=True)
    return sa.select(LedgerAccount).where(mine).order_by(LedgerAccount.id)


def borne(debtor_id: int, own_id: int) -> sa.Select[int]:
    """How much of a school's debt the community bears (minor units)."""
    taken = sa.and_(Movement.source_id == own_id, Movement.target_id == debtor_id)
    back = sa.and_(Movement.source_id == debtor_id, Movement.target_id == own_id)
    kept = db.total(sa.case((taken, Movement.amount), else_=-Movement.amount))
    return sa.select(kept).where(sa.or_(taken, back), Movement.kind.startswith("debt_borne"))


def movements(account_id: int) -> sa.Select[Movement]:
    """What an account's balance is made of, oldest first."""
    mine = sa.or_(Movement.source_id == account_id, Movement.target_id == account_id)
    return sa.select(Movement).where(mine).order_by(Movement.id)


def moved(kind: str, external_id: str) -> sa.Select[int]:
    """The id of the movement of one cause."""
    return sa.select(Movement.id).where(Movement.kind == kind, Movement.external_id == external_id)


def booked(ref: str, *kinds: str) -> sa.Select[Movement]:
    """What was booked for one dispute, under these kinds, and not undone."""
    undone = sa.orm.aliased(Movement)
    mine = sa.and_(Movement.kind.in_(kinds), Movement.external_id.endswith(f":{ref}", autoescape=True))
    return sa.select(Movement).where(mine, ~sa.exists().where(undone.reverses_id == Movement.id)).order_by(Movement.id)


def wrong() -> "sa.Select[*tuple[Any, ...]]":
    """Lost disputes that are not booked in full, and others that are booked as lost: (id, state, amount, booked)."""
    undone = sa.orm.aliased(Movement)
    name = Movement.external_id.like(sa.literal("%:") + Dispute.ref)
    kept = ~sa.exists().where(undone.reverses_id == Movement.id)
    lost = sa.select(db.total(Movement.amount)).where(name, Movement.kind.in_(["dispute_lost", "dispute_debt"]), kept)
    total = lost.correlate(Dispute).scalar_subquery()
    right = sa.case((Dispute.state == DisputeState.LOST, Dispute.amount), else_=0)
    return sa.select(Dispute.id, Dispute.state, Dispute.amount, total).where(total != right)


def wrong_holds() -> sa.Select[str]:
    """Pledges that are held back without an undecided dispute, or are not with one: their refs."""
    open_one = sa.exists().where(Dispute.pledge_id == Pledge.id, Dispute.state.in_(UNDECIDED))
    return sa.select(Pledge.ref).where(open_one != Pledge.disputed_at.is_not(None))

"""Money that arrived beyond need and is kept: whose it is, how much, and which campaigns may have it."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.queries import hidden
from campaigns.campaign.states import OPEN_FOR_PLEDGES
from campaigns.kit import clock
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.pledge.models import Pledge
from campaigns.student.models import Need

NEXT_TERM = sa.literal("next_term:") + sa.cast(Campaign.id, sa.String)


def accounts(organisation_id: int) -> sa.Select[LedgerAccount]:
    """Where a community keeps such money: its pool for students who wait, and what is for a campaign's next term."""
    codes = sa.select(NEXT_TERM).where(Campaign.organisation_id == organisation_id)
    mine = sa.or_(LedgerAccount.code.startswith(f"pool:{organisation_id}:"), LedgerAccount.code.in_(codes))
    return sa.select(LedgerAccount).where(mine).order_by(LedgerAccount.id)


def titles(organisation_id: int) -> "sa.Select[str, str]":
    """The titles of a community's campaigns, by the code of the account for their next term."""
    return sa.select(NEXT_TERM, Campaign.title).where(Campaign.organisation_id == organisation_id)


def may_have(account: LedgerAccount, organisation_id: int) -> sa.Select[Campaign]:
    """The campaigns that take pledges now and may have this account's money, those that lack least first.

    What is for next term is for campaigns with one of the same students only.
    """
    lacks = Campaign.asked - Campaign.pledged - Campaign.held
    select = sa.select(Campaign).where(
        Campaign.organisation_id == organisation_id,
        Campaign.state.in_(OPEN_FOR_PLEDGES),
        Campaign.currency == account.currency,
        Campaign.deadline >= clock.today(),
        lacks > 0,
        ~hidden(),
    )
    kind, _, whose = account.code.partition(":")
    if kind == "next_term":
        select = select.where(Campaign.id.in_(_of_same_students(int(whose))))
    return select.order_by(lacks, Campaign.id)


def _of_same_students(campaign_id: int) -> sa.Select[int]:
    before, theirs = aliased(BudgetLine), aliased(Need)
    students = sa.select(theirs.application_id).join(before, before.need_id == theirs.id)
    lines = sa.select(BudgetLine.campaign_id).join(Need, Need.id == BudgetLine.need_id)
    return lines.where(Need.application_id.in_(students.where(before.campaign_id == campaign_id)))


def wrong_gifts() -> "sa.Select[str, int, int]":
    """Movements out of such money that differ from the pledge they paid: (its ref, moved, pledged)."""
    pledged = sa.func.coalesce(Pledge.amount, 0)
    return (
        sa.select(Movement.external_id, Movement.amount, pledged)
        .outerjoin(Pledge, Pledge.ref == Movement.external_id)
        .where(Movement.kind == "pool", pledged < Movement.amount)
    )

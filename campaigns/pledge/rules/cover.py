"""Which budget lines a pledge stands for, and the campaign's figures with them."""

import sqlalchemy as sa

from campaigns.campaign.models import BudgetLine
from campaigns.campaign.rules import figures, funding
from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.pledge import queries
from campaigns.pledge.models import Allocation, Pledge


def cover(pledge: Pledge) -> None:
    """Let a pledge stand for the uncovered lines in their order, and count it.

    The caller holds the campaign's lock and has seen that so much is uncovered.
    """
    rest = pledge.amount
    for line in db.session.scalars(_lines(pledge.campaign_id)):
        part = min(rest, line.amount - line.pledged)
        if part > 0:
            db.session.add(Allocation(pledge_id=pledge.id, line_id=line.id, amount=part))
            figures.add_to_line(line.id, pledged=part)
            rest -= part
    figures.add(pledge.campaign_id, pledged=pledge.amount, sponsors=1)
    funding.follow_pledges(figures.lock(pledge.campaign_id))


def free(pledge: Pledge, amount: Money) -> None:
    """Give `amount` of a pledge's lines back, the last first. The caller holds the campaign's lock."""
    held = list(db.session.scalars(queries.allocations(pledge.id)))
    whole = sum(each.amount for each in held) == amount.amount
    rest = amount.amount
    for allocation in reversed(held):
        part = min(rest, allocation.amount)
        if part > 0:
            figures.add_to_line(allocation.line_id, pledged=-part)
            _shrink(allocation, part)
            rest -= part
    figures.add(pledge.campaign_id, pledged=-amount.amount, sponsors=-1 if whole else 0)
    funding.follow_pledges(figures.lock(pledge.campaign_id))


def _shrink(allocation: Allocation, part: int) -> None:
    if part == allocation.amount:
        db.session.delete(allocation)
    else:
        allocation.amount -= part


def _lines(campaign_id: int) -> sa.Select[BudgetLine]:
    select = sa.select(BudgetLine).where(BudgetLine.campaign_id == campaign_id).order_by(BudgetLine.id)
    return select.execution_options(populate_existing=True)

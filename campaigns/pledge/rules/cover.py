"""Which budget lines a pledge stands for, and the campaign's figures with them."""

from collections.abc import Collection, Mapping

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
    lay(pledge, pledge.amount)
    figures.add(pledge.campaign_id, pledged=pledge.amount, sponsors=1)
    funding.follow_pledges(figures.lock(pledge.campaign_id))


def lay(pledge: Pledge, amount: int, *, but: Collection[int] = ()) -> None:
    """Let so much of a pledge (minor units) stand for the uncovered lines in their order, `but` for these."""
    held = {each.line_id: each for each in db.session.scalars(queries.allocations(pledge.id))}
    for line in db.session.scalars(_lines(pledge.campaign_id).where(BudgetLine.id.not_in(but))).all():
        part = min(amount, line.amount - line.pledged)
        if part <= 0:
            continue
        if line.id in held:
            held[line.id].amount += part
        else:
            db.session.add(Allocation(pledge_id=pledge.id, line_id=line.id, amount=part))
        figures.add_to_line(line.id, pledged=part)
        amount -= part


def lift(pledge: Pledge, parts: Mapping[int, int]) -> None:
    """Take these parts (minor units by line) of what a pledge stands for off their lines; the figures of the
    campaign are left to the caller, who holds its lock."""
    for allocation in db.session.scalars(queries.allocations(pledge.id)).all():
        part = parts.get(allocation.line_id, 0)
        if part:
            figures.add_to_line(allocation.line_id, pledged=-part)
            _shrink(allocation, part)
    db.session.flush()


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

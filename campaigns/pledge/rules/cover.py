"""Which budget lines a pledge stands for, and the campaign's figures with them."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from campaigns.campaign.models import BudgetLine
from campaigns.campaign.rules import costs, figures, funding
from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.pledge import queries
from campaigns.pledge.models import Allocation, Pledge
from campaigns.student.models import Need


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
        part = min(amount, line.amount - line.pledged - line.held)
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
    _follow_costs({each.line_id for each in held})
    funding.follow_pledges(figures.lock(pledge.campaign_id))


def shift(pledge: Pledge, line_id: int) -> None:
    """Let a pledge stand for other uncovered lines with what this line's cost does not need any more.

    What does not fit there stays. The caller holds the campaign's lock.
    """
    mine = db.session.get(Allocation, (pledge.id, line_id))
    if mine is None:
        return
    lines = {line.id: line for line in db.session.scalars(_lines(pledge.campaign_id)) if line.released_at is None}
    line = lines.pop(line_id)
    rest = min(line.pledged - max(db.session.get_one(Need, line.need_id).amount, line.disbursed), mine.amount)
    held = {each.line_id: each for each in db.session.scalars(queries.allocations(pledge.id))}
    for other in lines.values():
        part = min(rest, other.amount - other.pledged - other.held)
        if part > 0:
            _grow(pledge, held.get(other.id), other.id, part)
            figures.add_to_line(other.id, pledged=part)
            figures.add_to_line(line_id, pledged=-part)
            _shrink(mine, part)
            rest -= part


def _follow_costs(line_ids: set[int]) -> None:
    """A line that was worth more than its cost, because of what was pledged, comes down with the pledge."""
    changed = sa.select(BudgetLine).where(
        BudgetLine.id.in_(line_ids), sa.or_(BudgetLine.change_id.is_not(None), BudgetLine.given > 0)
    )
    for line in db.session.scalars(changed).all():
        costs.follow_need(line, db.session.get_one(Need, line.need_id))


def _grow(pledge: Pledge, held: Allocation | None, line_id: int, part: int) -> None:
    if held is None:
        db.session.add(Allocation(pledge_id=pledge.id, line_id=line_id, amount=part))
    else:
        held.amount += part


def _shrink(allocation: Allocation, part: int) -> None:
    if part == allocation.amount:
        db.session.delete(allocation)
    else:
        allocation.amount -= part


def _lines(campaign_id: int) -> sa.Select[BudgetLine]:
    select = sa.select(BudgetLine).where(BudgetLine.campaign_id == campaign_id).order_by(BudgetLine.id)
    return select.execution_options(populate_existing=True)

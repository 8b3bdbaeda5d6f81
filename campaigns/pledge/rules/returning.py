"""Money that was paid has gone back to its sponsor: the pledge counts for less, and what it stood for is asked again.

Only what has not gone to a school yet can go back, so a line that the school was paid for stays covered.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from campaigns.campaign.models import BudgetLine
from campaigns.campaign.rules import figures, funding
from campaigns.kit import clock, db
from campaigns.pledge import queries
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules.cover import lay, lift
from campaigns.pledge.rules.parting import parted
from campaigns.pledge.rules.status import derive
from campaigns.pledge.states import InstalmentState


def unspent(pledge: Pledge) -> int:
    """How much of what a pledge has paid is still with its campaign (minor units); its instalments are loaded.

    What a school got for a line was paid by everybody who stands for that line, in proportion, rounded up.
    """
    paid = sum(each.amount for each in pledge.instalments if each.state is InstalmentState.PAID)
    stood = sum(amount for amount, _ in _parts(pledge).values())
    return max(paid - (stood - sum(free for _, free in _parts(pledge).values())), 0)


def returned(instalment: Instalment, amount: int, reason: str) -> None:
    """Take `amount` (minor units) of a paid instalment off its pledge, for it has gone back to the sponsor.

    The needs that it stood for are open again. The caller holds the campaign's lock and has moved the money.
    """
    pledge = db.session.scalars(queries.whole(instalment.pledge_id)).one()
    whole = amount == pledge.amount
    lift(pledge, lifted := _to_lift(pledge, amount))
    part = instalment if amount == instalment.amount else parted(pledge, instalment, amount)
    part.move_to(InstalmentState.RETURNED)
    part.paid_at = None
    if whole:
        pledge.ended_at, pledge.end_reason = clock.now(), reason
    else:
        pledge.amount -= amount
    pledge.status = derive(pledge)
    figures.add(pledge.campaign_id, pledged=-amount, sponsors=-1 if whole else 0)
    _close_left(lifted)
    funding.follow_pledges(figures.lock(pledge.campaign_id))


def restore(instalment: Instalment, amount: int) -> bool:
    """Let what was returned of an instalment, up to `amount` (minor units), count again: it has come back after all.

    False, and nothing done, where nothing is returned, or others have covered the needs meanwhile. The caller holds the
    campaign's lock and has moved the money.
    """
    pledge = db.session.scalars(queries.whole(instalment.pledge_id)).one()
    campaign = figures.lock(pledge.campaign_id)
    part = _returned_part(pledge, instalment, amount)
    if part is None or campaign.uncovered.amount < part.amount:
        return False
    ended, again = pledge.ended_at is not None, part.amount
    if part is instalment:
        part.move_to(InstalmentState.PAID)
        part.paid_at = clock.now()
    else:
        instalment.amount += again
        pledge.instalments.remove(part)
        db.session.delete(part)
    if ended:
        pledge.ended_at = pledge.end_reason = None
    else:
        pledge.amount += again
    pledge.status = derive(pledge)
    lay(pledge, again)
    figures.add(pledge.campaign_id, pledged=again, sponsors=1 if ended else 0)
    funding.follow_pledges(figures.lock(pledge.campaign_id))
    return True


def _returned_part(pledge: Pledge, instalment: Instalment, amount: int) -> Instalment | None:
    """What went back of this instalment: itself, or what was parted from it."""
    if instalment.state is InstalmentState.RETURNED:
        return instalment if instalment.amount <= amount else None
    parts = [each for each in pledge.instalments if each.state is InstalmentState.RETURNED]
    fitting = [each for each in parts if each.due_on == instalment.due_on and each.amount <= amount]
    return max(fitting, key=lambda each: each.amount, default=None)


def _to_lift(pledge: Pledge, amount: int) -> dict[int, int]:
    """From which lines, the last first: what no school was paid for, then whatever is left."""
    parts, lifted = _parts(pledge), {}
    for line_id, (_, free) in reversed(parts.items()):
        lifted[line_id] = min(amount, free)
        amount -= lifted[line_id]
    for line_id, (stood, _) in reversed(parts.items()):
        more = min(amount, stood - lifted[line_id])
        lifted[line_id] += more
        amount -= more
    return lifted


def _parts(pledge: Pledge) -> dict[int, tuple[int, int]]:
    """By line: how much of it the pledge stands for, and how much of that no school was paid for."""
    held = db.session.scalars(queries.allocations(pledge.id)).all()
    lines = sa.select(BudgetLine.id, BudgetLine.pledged, BudgetLine.disbursed)
    rows = {row.id: row for row in db.session.execute(lines.where(BudgetLine.id.in_([each.line_id for each in held])))}
    return {each.line_id: (each.amount, each.amount - _spent(each.amount, rows[each.line_id])) for each in held}


def _spent(amount: int, line: "sa.Row[int, int, int]") -> int:
    """The part of `amount` that was paid on, as a line's payments are shared among all that stand for it."""
    pledged, disbursed = line[1], line[2]
    return min(amount, -(-amount * min(disbursed, pledged) // pledged)) if pledged else amount


def _close_left(lifted: Mapping[int, int]) -> None:
    """The line of a student who has left is not asked for again."""
    those = sa.select(BudgetLine).where(
        BudgetLine.id.in_([line_id for line_id, part in lifted.items() if part]), BudgetLine.left_at.is_not(None)
    )
    for line in db.session.scalars(those.execution_options(populate_existing=True)).all():
        figures.take_out(line, has_left=True)

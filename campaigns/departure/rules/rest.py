"""What is left of each pledge that stood for a student, to the cent.

What has gone to the school for a line was paid by the pledges that stand for it, in proportion. What a pledge has
paid counts for what was spent first; the rest of it belongs to all that is not spent, in proportion.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.departure import queries
from campaigns.kit import db
from campaigns.kit.money import Money

Stake = tuple[int, int, int, int]  # pledge, line, amount, disbursed for the line
Parts = dict[int, int]  # by line


@dataclass(frozen=True)
class Rest:
    """What of a pledge is free again, by line, and how much of it was paid (minor units)."""

    lifted: Parts
    paid: int

    @property
    def amount(self) -> int:
        """All that is free."""
        return sum(self.lifted.values())

    @property
    def unpaid(self) -> int:
        """What was only promised."""
        return self.amount - self.paid


def of_campaign(campaign_id: int) -> tuple[dict[int, Parts], dict[int, Parts], dict[int, int]]:
    """For each pledge to a campaign: what it stands for, what of that is spent (both by line), what it has paid."""
    stakes = [(row[0], row[1], row[2], row[3]) for row in db.session.execute(queries.stakes(campaign_id))]
    held: dict[int, Parts] = defaultdict(dict)
    for pledge_id, line_id, amount, _ in stakes:
        held[pledge_id][line_id] = amount
    paid = {row[0]: int(row[1]) for row in db.session.execute(queries.paid_of(campaign_id))}
    return held, spent(stakes), paid


def spent(stakes: Sequence[Stake]) -> dict[int, Parts]:
    """For each pledge and line, how much of the pledge's part has gone to the school."""
    found: dict[int, Parts] = defaultdict(dict)
    by_line: dict[int, list[Stake]] = defaultdict(list)
    for stake in stakes:
        by_line[stake[1]].append(stake)
    for line_id, those in by_line.items():
        amounts = [amount for _, _, amount, _ in those]
        gone = Money(min(those[0][3], sum(amounts)), "EUR")  # which currency is no matter here
        for (pledge_id, *_), part in zip(those, gone.allocate(amounts), strict=True):
            found[pledge_id][line_id] = part.amount
    return found


def rest(held: Mapping[int, int], gone: Mapping[int, int], paid: int, kept: Mapping[int, int]) -> Rest:
    """What is left of one pledge on the lines of `kept`, which says how much of each stays (all minor units).

    `held` is what it stands for by line, `gone` what of the other lines is spent, `paid` what it has paid in all.
    """
    lifted = {line: part for line in kept if (part := held.get(line, 0) - kept[line]) > 0}
    stays = sum(min(amount, kept.get(line, gone.get(line, 0))) for line, amount in held.items())
    free = sum(lifted.values())
    other = sum(held.values()) - stays - free
    over = max(paid - stays, 0)
    if not free:
        return Rest({}, 0)
    return Rest(lifted, Money(over, "EUR").allocate([free, other])[0].amount)


def at_most(left: Rest, held: int) -> Rest:
    """The same, where the campaign holds only so much: what is short has been spent for others, and stays."""
    short = max(left.paid - held, 0)
    lifted = dict(left.lifted)
    for line in reversed(left.lifted):
        part = min(short, lifted[line])
        lifted[line] -= part
        short -= part
    return Rest({line: part for line, part in lifted.items() if part}, min(left.paid, held))

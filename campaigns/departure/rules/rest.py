"""What is left of each pledge that stood for a student, to the cent.

What a pledge has paid counts for all that it stands for, in proportion. What has gone to the school for a line was
paid by what was paid for that line, in proportion, and beyond that by what was only promised for it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.departure import queries
from campaigns.kit import db
from campaigns.kit.money import Money

Parts = dict[int, int]  # minor units by line


@dataclass(frozen=True)
class Stakes:
    """For each pledge to a campaign, by line: what it stands for, what of that it has paid, and what is spent."""

    held: Mapping[int, Parts]
    paid: Mapping[int, Parts]
    spent: Mapping[int, Parts]


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


def of_campaign(campaign_id: int) -> Stakes:
    """How things stand in a campaign now."""
    held: dict[int, Parts] = defaultdict(dict)
    gone: Parts = {}
    for pledge_id, line_id, amount, disbursed in db.session.execute(queries.stakes(campaign_id)):
        held[pledge_id][line_id], gone[line_id] = amount, disbursed
    paid: dict[int, Parts] = defaultdict(dict)
    for pledge_id, amount in db.session.execute(queries.paid_of(campaign_id)):
        paid[pledge_id] = in_proportion(int(amount), held[pledge_id])
    return Stakes(held, paid, spent(held, paid, gone))


def in_proportion(amount: int, weights: Mapping[int, int]) -> Parts:
    """So much, at most the sum of the weights, in proportion to them; no part is more than its weight."""
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    parts = Money(min(amount, whole), "EUR").allocate(list(weights.values()))  # which currency is no matter here
    return dict(zip(weights, (part.amount for part in parts), strict=True))


def spent(held: Mapping[int, Parts], paid: Mapping[int, Parts], gone: Mapping[int, int]) -> Mapping[int, Parts]:
    """For each pledge and line, how much of its part has gone to the school; `gone` says how much of each line has."""
    found: dict[int, Parts] = defaultdict(dict)
    for line, amount in gone.items():
        those = {pledge: parts[line] for pledge, parts in held.items() if line in parts}
        paid_up = {pledge: paid.get(pledge, {}).get(line, 0) for pledge in those}
        owed = {pledge: those[pledge] - paid_up[pledge] for pledge in those}
        from_paid = in_proportion(amount, paid_up)
        from_owed = in_proportion(max(amount - sum(paid_up.values()), 0), owed)
        for pledge in those:
            found[pledge][line] = from_paid[pledge] + from_owed[pledge]
    return found


def rest(held: Mapping[int, int], paid: Mapping[int, int], kept: Mapping[int, int]) -> Rest:
    """What is left of one pledge on the lines of `kept`, which says how much of each stays (minor units by line)."""
    lifted = {line: part for line in kept if (part := held.get(line, 0) - kept[line]) > 0}
    return Rest(lifted, sum(min(part, max(paid.get(line, 0) - kept[line], 0)) for line, part in lifted.items()))

"""How far a pledge's money has come, as the links of a chain."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from campaigns.campaign.models import BudgetLine
from campaigns.kit.money import Money
from campaigns.pledge.models import Pledge
from campaigns.pledge.states import UNPAID, InstalmentState

Link = dict[str, Any]


class Part(NamedTuple):
    """A budget line, how much of it a pledge covers, and how much of the line went to the school and was proven."""

    line: BudgetLine
    part: Money
    sent: Money
    proven: Money


def part_of(line: BudgetLine, amount: int) -> Part:
    """A pledge's share of a line."""
    return Part(line, *(Money(figure, line.currency) for figure in (amount, line.disbursed, line.proven)))


def chain(pledge: Pledge, parts: Sequence[Part]) -> list[Link]:
    """Pledged, received, sent to the school, proven: each done, under way, or still to come."""
    links: list[Link] = [{"title": "Pledged", "state": "done", "at": pledge.confirmed_at, "amount": pledge.money}]
    links += [
        {"title": "Received by the community", "state": "done", "at": each.paid_at, "amount": each.money}
        for each in pledge.instalments
        if each.state is InstalmentState.PAID
    ]
    if pledge.paused_until is not None:
        links.append({"title": "Paused", "state": "now", "at": None})
    elif pledge.waits and pledge.ended_at is None:
        links.append({"title": "Waiting until everything is pledged", "state": "now", "at": None})
    elif any(each.state in UNPAID for each in pledge.instalments):
        links.append({"title": "Waiting for your payment", "state": "now", "at": None})
    if pledge.ended_at is not None:
        links.append({"title": "Ended", "state": "failed", "at": pledge.ended_at, "text": pledge.end_reason})
    if not parts:
        return links
    sent = _reached([(each.line.money, each.sent) for each in parts])
    proven = _reached([(each.line.money, each.proven) for each in parts])
    return [*links, _link("Sent to the school", sent), _link("Confirmed by the school's receipt", proven)]


def _reached(figures: list[tuple[Money, Money]]) -> str:
    if all(so_far >= whole for whole, so_far in figures):
        return "done"
    return "now" if any(so_far for _, so_far in figures) else "next"


def _link(title: str, state: str) -> Link:
    text = {"done": "for everything your pledge stands for", "now": "for a part of what your pledge stands for"}
    return {"title": title, "state": state, "at": None, "text": text.get(state)}

"""A part of a pledge goes another way: to another campaign, to other lines, or back to its sponsor.

The caller holds the locks of the campaigns, moves the money in the book, and gives the parts in minor units: what
is lifted off which lines (`lifted`), and how much of it is `paid`.
"""

from collections.abc import Collection, Mapping

from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures, funding
from campaigns.kit import clock, crypto, db, refs
from campaigns.pledge import queries
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules.cover import cover, lay, lift
from campaigns.pledge.rules.status import derive
from campaigns.pledge.states import UNPAID, InstalmentState

PAID = frozenset({InstalmentState.PAID})
SPONSOR = ("company_id", "name", "email", "organisation_name", "method", "show_name", "wants_updates", "confirmed_at")
ALIKE = (*SPONSOR, "plan", "fallback", "reached_at", "missed_at", "paused_until", "pauses")


def stay(pledge: Pledge, lifted: Mapping[int, int], *, but: Collection[int]) -> None:
    """Let it stand for other lines of the same campaign, `but` for these; the caller has seen that there is room."""
    lift(pledge, lifted)
    lay(pledge, sum(lifted.values()), but=but)
    figures.touch(pledge.campaign_id)


def move(pledge: Pledge, lifted: Mapping[int, int], paid: int, target: Campaign) -> Pledge:
    """Let it stand for another campaign: the whole pledge, or a new one of the same sponsor for the part.

    Returns the pledge that stands there. The caller has seen that there is room.
    """
    amount, source_id = sum(lifted.values()), pledge.campaign_id
    whole = amount == pledge.amount
    lift(pledge, lifted)
    moved = pledge if whole else _part_of(pledge, amount, paid, target)
    moved.campaign_id = target.id
    db.session.flush()
    db.session.expire(moved, ["campaign"])
    figures.add(source_id, pledged=-amount, sponsors=-1 if whole else 0)
    funding.follow_pledges(figures.lock(source_id))
    cover(moved)
    return moved


def give_back(pledge: Pledge, lifted: Mapping[int, int], paid: int, reason: str) -> None:
    """Take it off the pledge: what is unpaid is due no more, what was paid goes back."""
    amount = sum(lifted.values())
    whole = amount == pledge.amount
    lift(pledge, lifted)
    for instalment in _cut(pledge, paid, PAID):
        instalment.move_to(InstalmentState.RETURNED)
        instalment.paid_at = None
    for instalment in _cut(pledge, amount - paid, UNPAID):
        instalment.move_to(InstalmentState.CANCELLED)
    if whole:
        pledge.ended_at, pledge.end_reason, pledge.paused_until = clock.now(), reason, None
    else:
        pledge.amount -= amount
    pledge.status = derive(pledge)
    figures.add(pledge.campaign_id, pledged=-amount, sponsors=-1 if whole else 0)
    funding.follow_pledges(figures.lock(pledge.campaign_id))


def _part_of(pledge: Pledge, amount: int, paid: int, target: Campaign) -> Pledge:
    """A pledge of the same sponsor with the instalments that come to this part of the first."""
    part = Pledge(
        ref=refs.random_ref(),
        once=crypto.token(),
        organisation_id=pledge.organisation_id,
        campaign_id=target.id,
        amount=amount,
        currency=pledge.currency,
        status=pledge.status,
        **{name: getattr(pledge, name) for name in ALIKE},
    )
    part.instalments = [*_cut(pledge, paid, PAID), *_cut(pledge, amount - paid, UNPAID)]
    pledge.amount -= amount
    db.session.add(part)
    db.session.flush()
    db.session.expire(pledge, ["instalments"])
    db.session.scalars(queries.whole(pledge.id)).one()
    pledge.status, part.status = derive(pledge), derive(part)
    return part


def _cut(pledge: Pledge, amount: int, states: Collection[InstalmentState]) -> list[Instalment]:
    """Instalments in these states that come to so much, the latest first; one is parted where it is more."""
    taken: list[Instalment] = []
    for instalment in [each for each in reversed(pledge.instalments) if each.state in states]:
        if amount > 0:
            fits = instalment.amount <= amount
            taken.append(instalment if fits else parted(pledge, instalment, amount))
            amount -= taken[-1].amount
    return taken


def parted(pledge: Pledge, instalment: Instalment, amount: int) -> Instalment:
    """Take so much (minor units) off an instalment as one of its own, in the same state."""
    number = max(each.number for each in pledge.instalments) + 1
    instalment.amount -= amount
    part = Instalment(
        number=number,
        reference=refs.creditor_reference(f"{pledge.ref}{number}"),
        amount=amount,
        currency=instalment.currency,
        due_on=instalment.due_on,
        state=instalment.state,
        paid_at=instalment.paid_at,
        reminded_at=instalment.reminded_at,
    )
    pledge.instalments.append(part)
    return part

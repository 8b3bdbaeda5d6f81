"""A sponsor changes what is not paid yet: how much, and by when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures, funding
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules.cover import free, lay
from campaigns.pledge.rules.end import tell, tell_team
from campaigns.pledge.rules.pause import held
from campaigns.pledge.rules.status import derive
from campaigns.pledge.rules.taken import TooSmall, check_open, floor
from campaigns.pledge.rules.terms import DUE_BEFORE, HORIZON
from campaigns.pledge.states import InstalmentState, Plan

LATEST = timedelta(days=90)  # after it was confirmed, or its goal decided, so that no day moves for ever


class BadDay(Refused):
    """The day is over already, or too far away."""


class IsPaused(Refused):
    """This pledge is paused. Let it go on first, then change it."""


class PaidMeanwhile(Refused):
    """Something of this pledge was paid or taken back in the meantime. Look at what is still open, and try again."""


@dataclass(frozen=True)
class Wanted:
    """How much one instalment is to be from now on, and by when; no day leaves it as it is."""

    amount: Money
    due_on: date | None = None


def amend(pledge: Pledge, wanted: Mapping[int, Wanted]) -> None:
    """Change unpaid instalments, by their numbers. To raise goes as far as others have not covered it.

    Raises NothingToEnd, PaidMeanwhile, IsPaused, BadDay, TooSmall, and for more than before Closed and
    MoreThanUncovered.
    """
    unpaid = {each.number: each for each in held(pledge)}
    if pledge.paused_until is not None:
        raise IsPaused()
    if not wanted.keys() <= unpaid.keys():
        raise PaidMeanwhile()
    before = _told(unpaid.values())
    change = sum(wish.amount.amount - unpaid[number].amount for number, wish in wanted.items())
    _check_amounts(pledge, unpaid, wanted, change)
    for number, wish in wanted.items():
        unpaid[number].amount = wish.amount.amount
        _move(pledge, unpaid[number], wish.due_on)
    if before == _told(unpaid.values()):
        return
    _follow(pledge, change)
    audit.record(None, "pledge.amended", pledge, before=before, after=_told(unpaid.values()))
    tell_team(pledge, "amended")
    tell(pledge, "pledge/mail/amended", f"pledge.amended:{pledge.id}:{clock.now().isoformat()}", unpaid=unpaid.values())


def resize(pledge: Pledge, change: int) -> None:
    """Let what waits of a pledge be so much more or less (minor units), for a rule that derives it; nobody is told.

    The caller holds the campaign's lock, has loaded the pledge whole under it, and has seen that there is room.
    Raises PaidMeanwhile where so much does not wait.
    """
    waiting = next((each for each in pledge.instalments if each.state is InstalmentState.SCHEDULED), None)
    if waiting is None or waiting.amount + change <= 0:
        raise PaidMeanwhile()
    waiting.amount += change
    _follow(pledge, change)


def latest(pledge: Pledge) -> date:
    """The last day to which what is unpaid may be moved."""
    since = pledge.reached_at or pledge.missed_at or pledge.confirmed_at or clock.now()
    return since.date() + (HORIZON if pledge.plan is Plan.TERMS else LATEST)


def _check_amounts(pledge: Pledge, unpaid: Mapping[int, Instalment], wanted: Mapping[int, Wanted], change: int) -> None:
    smallest = floor(pledge.currency)
    for number, wish in wanted.items():
        if wish.amount < min(smallest, unpaid[number].money):
            raise TooSmall(smallest)
    if change > 0:
        check_open(figures.lock(pledge.campaign_id), Money(change, pledge.currency))


def _move(pledge: Pledge, instalment: Instalment, due_on: date | None) -> None:
    """To another day, as what it is then: later, or due."""
    if due_on is None or due_on == instalment.due_on or pledge.waits:
        return
    if not clock.today() < due_on <= latest(pledge):
        raise BadDay(f"Choose a day after today, and not after {latest(pledge):%-d %B %Y}.")
    instalment.due_on, instalment.reminded_at = due_on, None
    later = pledge.plan is Plan.TERMS and due_on > clock.today() + DUE_BEFORE
    state = InstalmentState.SCHEDULED if later else InstalmentState.DUE
    if instalment.state is not state:
        instalment.move_to(state)


def _follow(pledge: Pledge, change: int) -> None:
    """The pledge, its lines and the campaign's figures follow what its instalments come to."""
    pledge.amount += change
    pledge.status = derive(pledge)
    if change < 0:
        free(pledge, Money(-change, pledge.currency))
    elif change > 0:
        lay(pledge, change)
        figures.add(pledge.campaign_id, pledged=change)
        funding.follow_pledges(figures.lock(pledge.campaign_id))
    db.session.flush()


def _told(instalments: Iterable[Instalment]) -> list[list[object]]:
    return [[each.number, each.amount, each.due_on.isoformat()] for each in instalments]

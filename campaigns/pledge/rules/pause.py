"""A sponsor pauses a pledge until a day, and it goes on by itself; not for ever."""

from datetime import date, timedelta

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.queue import sweep
from campaigns.pledge import queries
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules.confirmation import DUE_AFTER, fall_due
from campaigns.pledge.rules.end import NothingToEnd, tell, tell_team
from campaigns.pledge.rules.status import derive
from campaigns.pledge.rules.sweeping import one_by_one
from campaigns.pledge.rules.terms import DUE_BEFORE
from campaigns.pledge.states import UNPAID, InstalmentState, Plan

LONGEST = timedelta(days=183)
MOST = 3
BATCH = 200


class CannotPause(Refused):
    """This pledge is paused already."""

    field = "until"


class NotPaused(Refused):
    """This pledge is not paused any more."""


def held(pledge: Pledge) -> list[Instalment]:
    """What is unpaid of a pledge as it is now; its campaign waits until this transaction ends. Raises NothingToEnd."""
    figures.lock(pledge.campaign_id)
    db.session.scalars(queries.whole(pledge.id)).one()
    unpaid = [each for each in pledge.instalments if each.state in UNPAID]
    if not unpaid or pledge.confirmed_at is None:
        raise NothingToEnd()
    return unpaid


def pause(pledge: Pledge, until: date) -> None:
    """Let nothing be due before that day; every day to come moves by as much as the first of them has to.

    Raises CannotPause, NothingToEnd.
    """
    unpaid = held(pledge)
    _check(pledge, until)
    first = min(each.due_on for each in unpaid)
    later = timedelta() if pledge.waits else max(until + DUE_AFTER - first, timedelta())
    for instalment in unpaid:
        instalment.due_on += later
        instalment.reminded_at = None
        if instalment.state is not InstalmentState.SCHEDULED:
            instalment.move_to(InstalmentState.SCHEDULED)
    pledge.paused_until = until
    pledge.pauses += 1
    pledge.status = derive(pledge)
    audit.record(None, "pledge.paused", pledge, until=until.isoformat())
    tell_team(pledge, "paused")
    tell(pledge, "pledge/mail/paused", f"pledge.paused:{pledge.id}:{pledge.pauses}")


def _check(pledge: Pledge, until: date) -> None:
    if pledge.paused_until is not None:
        raise CannotPause()
    if pledge.pauses >= MOST:
        raise CannotPause(f"A pledge can be paused {MOST} times. Please move the day instead, or take the pledge back.")
    if until <= clock.today():
        raise CannotPause("Choose a day after today.")
    if until > clock.today() + LONGEST:
        raise CannotPause("A pause lasts half a year at most. Choose an earlier day, or take the pledge back.")


def resume(pledge: Pledge) -> None:
    """End a pause early, by the sponsor's wish. Raises NotPaused, NothingToEnd."""
    held(pledge)
    if pledge.paused_until is None:
        raise NotPaused()
    _go_on(pledge)
    audit.record(None, "pledge.resumed", pledge)
    tell_team(pledge, "resumed")


@sweep
def end_pauses() -> None:
    """Let pledges go on whose pause is over, and tell their sponsors."""
    over = sa.select(Pledge.id).where(Pledge.paused_until <= clock.today()).order_by(Pledge.paused_until).limit(BATCH)
    for pledge_id in db.session.scalars(over).all():
        one_by_one(_end_pause, pledge_id)


def _end_pause(pledge_id: int) -> None:
    pledge = db.session.scalars(queries.whole(pledge_id)).one()
    figures.lock(pledge.campaign_id)
    pledge = db.session.scalars(queries.whole(pledge_id)).one()
    if pledge.paused_until is None or pledge.paused_until > clock.today():
        return
    _go_on(pledge)
    audit.record(None, "pledge.pause_over", pledge)
    if pledge.payable() is not None:
        tell(pledge, "pledge/mail/resumed", f"pledge.resumed:{pledge.id}:{pledge.pauses}", instalment=pledge.payable())


def _go_on(pledge: Pledge) -> None:
    """What would be due by now is; the rest follows its days, or its goal."""
    pledge.paused_until = None
    for instalment in [each for each in pledge.instalments if each.state is InstalmentState.SCHEDULED]:
        if pledge.plan is not Plan.TERMS and not pledge.waits:
            fall_due(instalment)
        elif pledge.plan is Plan.TERMS and instalment.due_on <= clock.today() + DUE_BEFORE:
            instalment.move_to(InstalmentState.DUE)
    pledge.status = derive(pledge)
    db.session.flush()

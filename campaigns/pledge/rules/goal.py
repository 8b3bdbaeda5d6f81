"""A pledge that is to be paid once everything its campaign asks for is pledged.

Its instalment stays SCHEDULED while it waits. `follow_goals` lets it fall due, once: the pledge's `reached_at` is
set with it and stays, whatever is taken back afterwards. Where the campaign ends without, `missed_at` is set and
what the sponsor chose beforehand is done. Whoever charges what fell due by itself looks for DUE instalments of
pledges that are not on hold; they need not know of goals.
"""

from collections.abc import Callable

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.kit import clock, db
from campaigns.kit.queue import sweep
from campaigns.pledge import queries
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.queries import waiting
from campaigns.pledge.rules.confirmation import fall_due
from campaigns.pledge.rules.end import end, tell
from campaigns.pledge.rules.status import derive
from campaigns.pledge.rules.sweeping import one_by_one
from campaigns.pledge.states import Fallback, InstalmentState

BATCH = 200
NOT_REACHED = "the goal was not reached"


@sweep
def follow_goals() -> None:
    """Let fall due what waited for a goal that is reached, and follow the sponsor's choice where it was missed."""
    for select, step in ((waiting.reached(), reach), (waiting.missed(), miss)):
        for pledge_id in db.session.scalars(select.limit(BATCH)).all():
            one_by_one(_take, pledge_id, select, step)


def _take(pledge_id: int, select: sa.Select[int], step: Callable[[Pledge], None]) -> None:
    """Take the step unless somebody else has taken it, or another, in the meantime."""
    figures.lock(db.session.scalars(sa.select(Pledge.campaign_id).where(Pledge.id == pledge_id)).one())
    if db.session.scalars(select.where(Pledge.id == pledge_id)).one_or_none() is not None:
        step(db.session.scalars(queries.whole(pledge_id)).one())


def reach(pledge: Pledge) -> None:
    """The goal is reached: what is unpaid is due, and the sponsor is told how to pay."""
    pledge.reached_at = clock.now()
    due = _let_fall_due(pledge)
    audit.record(None, "pledge.goal_reached", pledge)
    tell(pledge, "pledge/mail/goal_reached", f"pledge.goal_reached:{pledge.id}", instalment=due)


def miss(pledge: Pledge) -> None:
    """The campaign ended without reaching it: pay all the same, or take back what is unpaid, as the sponsor chose."""
    pledge.missed_at = clock.now()
    pays, due = pledge.fallback is Fallback.PAY, pledge.instalments[0]
    if pays:
        due = _let_fall_due(pledge)
    else:
        end(pledge, InstalmentState.CANCELLED, NOT_REACHED)
        figures.release_uncovered(pledge.campaign_id)
    audit.record(None, "pledge.goal_missed", pledge, fallback=pledge.fallback)
    tell(pledge, "pledge/mail/goal_missed", f"pledge.goal_missed:{pledge.id}", instalment=due, pays=pays)


def _let_fall_due(pledge: Pledge) -> Instalment:
    """All that waited is due, with DUE_AFTER to pay it; the first of it is returned."""
    waited = [each for each in pledge.instalments if each.state is InstalmentState.SCHEDULED]
    for instalment in waited:
        fall_due(instalment)
    pledge.status = derive(pledge)
    db.session.flush()
    return waited[0]

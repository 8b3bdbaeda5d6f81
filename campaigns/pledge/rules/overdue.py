"""What happens when nobody pays: a reminder before, another after, and in the end the lines are given back."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.kit import clock, db
from campaigns.kit.queue import sweep
from campaigns.pledge import queries
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.queries import renewals
from campaigns.pledge.rules.end import NOT_PAID, end, tell
from campaigns.pledge.rules.promises import CONFIRM_WITHIN
from campaigns.pledge.rules.status import derive
from campaigns.pledge.rules.sweeping import one_by_one
from campaigns.pledge.states import InstalmentState, PledgeStatus

REMIND_BEFORE = timedelta(days=3)
LAPSE_AFTER = timedelta(days=30)
BATCH = 200


@sweep
def follow_up() -> None:
    """Remind of what is nearly due, call overdue what is past, let lapse what nobody paid for 30 days more.

    A pledge whose sponsor was asked about a changed cost and has not answered is left alone.
    """
    today = clock.today()
    steps = (
        (InstalmentState.DUE, today + REMIND_BEFORE, remind, Instalment.reminded_at.is_(None)),
        (InstalmentState.DUE, today - timedelta(days=1), call_overdue, sa.true()),
        (InstalmentState.OVERDUE, today - LAPSE_AFTER, lapse, sa.true()),
    )
    for state, until, step, also in steps:
        select = queries.due_by(state, until, BATCH).where(also, ~renewals.on_hold(Instalment.pledge_id))
        for instalment_id in db.session.scalars(select).all():
            one_by_one(_take, instalment_id, state, step)


def _take(instalment_id: int, state: InstalmentState, step: Callable[[Pledge, Instalment], None]) -> None:
    pledge, instalment = _held(instalment_id)
    if instalment.state is state and not db.session.scalar(sa.select(renewals.on_hold(pledge.id))):
        step(pledge, instalment)


@sweep
def forget_unconfirmed() -> None:
    """Take back promises whose link expired unused; they never counted."""
    before = clock.now() - CONFIRM_WITHIN
    for pledge_id in db.session.scalars(queries.unconfirmed(before, BATCH)).all():
        db.session.commit()
        with db.transaction():
            pledge = db.session.scalars(queries.whole(pledge_id)).one()
            if pledge.status is PledgeStatus.PROMISED:
                end(pledge, InstalmentState.CANCELLED, "never confirmed")


def remind(pledge: Pledge, instalment: Instalment) -> None:
    """Mail that an amount is due in a few days."""
    instalment.reminded_at = clock.now()
    tell(pledge, "pledge/mail/due_soon", f"pledge.due_soon:{instalment.id}", instalment=instalment)


def call_overdue(pledge: Pledge, instalment: Instalment) -> None:
    """Note that an amount is past its day, and mail so."""
    instalment.move_to(InstalmentState.OVERDUE)
    pledge.status = derive(pledge)
    audit.record(None, "pledge.overdue", pledge)
    tell(pledge, "pledge/mail/overdue", f"pledge.overdue:{instalment.id}", instalment=instalment)


def lapse(pledge: Pledge, instalment: Instalment) -> None:
    """Give up waiting: the pledge's unpaid lines are open again, and the sponsor is told."""
    end(pledge, InstalmentState.LAPSED, NOT_PAID)
    audit.record(None, "pledge.lapsed", pledge)
    tell(pledge, "pledge/mail/lapsed", f"pledge.lapsed:{instalment.id}")


def _held(instalment_id: int) -> tuple[Pledge, Instalment]:
    """An instalment and its pledge as they are now; their campaign waits until this transaction ends."""
    of_instalment = sa.select(Pledge.id, Pledge.campaign_id).join(Pledge.instalments)
    pledge_id, campaign_id = db.session.execute(of_instalment.where(Instalment.id == instalment_id)).one()
    figures.lock(campaign_id)
    pledge = db.session.scalars(queries.whole(pledge_id)).one()
    return pledge, next(each for each in pledge.instalments if each.id == instalment_id)

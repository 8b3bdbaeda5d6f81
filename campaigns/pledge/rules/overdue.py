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
from campaigns.pledge.rules.end import NOT_PAID, end, let_go, tell
from campaigns.pledge.rules.promises import CONFIRM_WITHIN
from campaigns.pledge.rules.status import derive
from campaigns.pledge.rules.sweeping import one_by_one
from campaigns.pledge.rules.terms import DUE_BEFORE
from campaigns.pledge.states import UNPAID, InstalmentState, Plan, PledgeStatus

REMIND_BEFORE = timedelta(days=3)
LAPSE_AFTER = timedelta(days=30)
BATCH = 200


@sweep
def follow_up() -> None:
    """Let parts fall due whose day comes near, remind, call overdue, and let lapse what nobody paid for 30 days more.

    A pledge whose sponsor was asked about a changed cost and has not answered is left alone.
    """
    today, terms_run = clock.today(), sa.and_(Pledge.plan == Plan.TERMS, Pledge.paused_until.is_(None))
    steps = (
        (InstalmentState.SCHEDULED, today + DUE_BEFORE, call_due, terms_run),
        (InstalmentState.DUE, today + REMIND_BEFORE, remind, Instalment.reminded_at.is_(None)),
        (InstalmentState.DUE, today - timedelta(days=1), call_overdue, sa.true()),
        (InstalmentState.OVERDUE, today - LAPSE_AFTER, lapse, sa.true()),
    )
    for state, until, step, also in steps:
        select = (
            queries.due_by(state, until, BATCH)
            .join(Instalment.pledge)
            .where(also, ~renewals.on_hold(Instalment.pledge_id))
        )
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


def call_due(pledge: Pledge, instalment: Instalment) -> None:
    """A part whose day comes near is due, and the sponsor is told how to pay it."""
    instalment.move_to(InstalmentState.DUE)
    pledge.status = derive(pledge)
    tell(pledge, "pledge/mail/part_due", _key("part_due", instalment), instalment=instalment)


def remind(pledge: Pledge, instalment: Instalment) -> None:
    """Mail that an amount is due in a few days."""
    instalment.reminded_at = clock.now()
    tell(pledge, "pledge/mail/due_soon", _key("due_soon", instalment), instalment=instalment)


def call_overdue(pledge: Pledge, instalment: Instalment) -> None:
    """Note that an amount is past its day, and mail so."""
    instalment.move_to(InstalmentState.OVERDUE)
    pledge.status = derive(pledge)
    audit.record(None, "pledge.overdue", pledge)
    tell(pledge, "pledge/mail/overdue", _key("overdue", instalment), instalment=instalment)


def lapse(pledge: Pledge, instalment: Instalment) -> None:
    """Give up waiting: what is unpaid of the pledge is open again, and the sponsor is told.

    Of several parts, the first that is missed lapses alone, where the sponsor has paid another.
    """
    goes_on = _has_earned_patience(pledge, instalment)
    if goes_on:
        let_go(pledge, [instalment], InstalmentState.LAPSED)
    else:
        end(pledge, InstalmentState.LAPSED, NOT_PAID)
    audit.record(None, "pledge.part_lapsed" if goes_on else "pledge.lapsed", pledge)
    tell(pledge, "pledge/mail/lapsed", f"pledge.lapsed:{instalment.id}", instalment=instalment, goes_on=goes_on)


def _has_earned_patience(pledge: Pledge, late: Instalment) -> bool:
    """Whether parts were paid before, none was missed, and there are others to come."""
    states = [each.state for each in pledge.instalments if each is not late]
    paid, missed = InstalmentState.PAID in states, InstalmentState.LAPSED in states
    return pledge.plan is Plan.TERMS and paid and not missed and any(state in UNPAID for state in states)


def _key(what: str, instalment: Instalment) -> str:
    """What a mail is about: once for each day that the amount was ever due on."""
    return f"pledge.{what}:{instalment.id}:{instalment.due_on}"


def _held(instalment_id: int) -> tuple[Pledge, Instalment]:
    """An instalment and its pledge as they are now; their campaign waits until this transaction ends."""
    of_instalment = sa.select(Pledge.id, Pledge.campaign_id).join(Pledge.instalments)
    pledge_id, campaign_id = db.session.execute(of_instalment.where(Instalment.id == instalment_id)).one()
    figures.lock(campaign_id)
    pledge = db.session.scalars(queries.whole(pledge_id)).one()
    return pledge, next(each for each in pledge.instalments if each.id == instalment_id)

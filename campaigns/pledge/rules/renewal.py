"""A cost changes after sponsors have pledged for it: each is asked whether the pledge still stands.

Until a sponsor answers, what is unpaid of the pledge is on hold. Silence agrees to nothing.
"""

from datetime import timedelta

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.rules import costs, figures
from campaigns.kit import clock, db, links
from campaigns.kit.errors import Refused
from campaigns.kit.queue import nudge, sweep
from campaigns.pledge.models import PledgeRenewal
from campaigns.pledge.queries import renewals as queries
from campaigns.pledge.rules.end import tell
from campaigns.student import queries as students
from campaigns.student.models import Need, NeedChange
from campaigns.student.rules import changes
from campaigns.student.rules.changes import Told

ANSWER_WITHIN = timedelta(days=21)
REMIND_AFTER = timedelta(days=7)
LINK_LASTS = timedelta(days=90)  # a late answer is welcome
BATCH = 200


class StillAsking(Refused):
    """The sponsors of this cost are still being asked about the change before. Wait until they have answered."""


def propose(need: Need, told: Told, *, by: User) -> NeedChange:
    """Note what a cost of an approved student is to be, and why.

    A small change (5 % at most, same kind and term) that leaves every pledge covered holds at once; any other waits
    for an officer. Raises NotAllowed, NotNow, SameAsBefore, ProposedAlready.
    """
    line = costs.line_for(need.id)
    application = changes.hold(need, by)
    below_pledged = line is not None and told.amount.amount < line.pledged + line.held
    material = changes.is_material(need, told) or below_pledged
    change = changes.propose(need, told, material=material, by=by)
    if not material:
        changes.apply(change, application, need, by=None)
        if line is not None:
            costs.follow_need(line, need)
            _note(line, change, by)
    return change


def approve(change: NeedChange, *, by: User) -> None:
    """Let a proposed change hold: the cost and its budget line follow, and the line's sponsors are asked.

    Raises NotAllowed (who proposed it, whose cost it is), IllegalMove, NeedChanged, StillAsking.
    """
    access.require(by, Action.APPROVE_NEED_CHANGE, change)
    line = costs.line_for(change.need_id)
    application = db.session.scalars(students.locked(change.application_id)).one()
    need = db.session.get_one(Need, change.need_id)
    for each in (change, need):
        db.session.refresh(each)
    changes.apply(change, application, need, by=by)
    if line is not None:
        _ask(line, change)
        costs.follow_need(line, need)
        _note(line, change, by)


def _note(line: BudgetLine, change: NeedChange, by: User) -> None:
    campaign = db.session.get_one(Campaign, line.campaign_id)
    audit.record(by, "campaign.cost_changed", campaign, line=line.id, change=change.id)


def _ask(line: BudgetLine, change: NeedChange) -> None:
    """A row for each sponsor of the line; the sweep mails them. What was asked before and not answered is moot."""
    before = list(db.session.scalars(queries.unanswered_of_line(line.id)))
    if any(not each.is_silent for each in before):
        raise StillAsking()
    for each in before:
        db.session.delete(each)
    pledges = list(db.session.scalars(queries.behind(line.id)))
    db.session.add_all(
        PledgeRenewal(
            organisation_id=change.organisation_id,
            change_id=change.id,
            pledge_id=pledge_id,
            line_id=line.id,
            answer_by=clock.today() + ANSWER_WITHIN,
        )
        for pledge_id in pledges
    )
    line.change_id, line.asked_again, line.agreed = change.id, len(pledges), 0
    db.session.flush()
    nudge(ask_sponsors)


@sweep
def ask_sponsors() -> None:
    """Mail each sponsor who is asked, and once more a week later; each in a transaction of its own."""
    before = clock.now() - REMIND_AFTER
    for select in (queries.to_tell(BATCH), queries.to_remind(before, BATCH)):
        for renewal_id in db.session.scalars(select).all():
            db.session.commit()
            with db.transaction():
                _mail(renewal_id)


def _mail(renewal_id: int) -> None:
    renewal = db.session.scalars(queries.renewal(renewal_id)).one_or_none()
    if renewal is None:
        return
    figures.lock(renewal.pledge.campaign_id)
    db.session.refresh(renewal, ["told_at", "reminded_at", "answered_at"])
    again = renewal.told_at is not None
    if renewal.answered_at is not None or (again and renewal.reminded_at is not None):
        return
    renewal.told_at, renewal.reminded_at = renewal.told_at or clock.now(), clock.now() if again else None
    token = links.issue(queries.PURPOSE, renewal.id, lasts=LINK_LASTS)
    tell(
        renewal.pledge,
        "pledge/mail/renew",
        f"pledge.renew:{renewal.id}:{'again' if again else 'first'}",
        again=again,
        until=renewal.answer_by,
        answer_url=links.url("pledge.renew", token=token),
    )


def settle_refund(renewal: PledgeRenewal, outcome: str, *, by: User) -> None:
    """Note what came of a sponsor's wish to have money back. Raises NotAllowed, Refused where it was settled before."""
    access.require(by, Action.RECORD_PAYMENT, renewal)
    done = db.session.execute(
        sa.update(PledgeRenewal)
        .where(PledgeRenewal.id == renewal.id, PledgeRenewal.settled_at.is_(None))
        .values(settled_at=clock.now(), settled_by_id=by.id, outcome=outcome)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult, as for every UPDATE
        raise Refused("Somebody has settled this already.")
    audit.record(by, "pledge.refund_settled", renewal)

"""The plan: what is paid to a school when."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.disbursement import queries
from campaigns.disbursement.models import Disbursement, Tranche, TranchePart
from campaigns.disbursement.rules.lines import open_lines
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money

MOST = 12


class NoPlan(Refused):
    """Enter what is paid in at least one step, and when."""


class NotInOrder(Refused):
    """Each step is later than the one before."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Step {number} has to be later than the one before it.", field=f"due_{number}")


class PlannedTooMuch(Refused):
    """More is planned for a line than is still to be paid."""

    def __init__(self, alias: str, label: str, left: Money) -> None:
        super().__init__(f"At most {left} is still to be planned for {alias}: {label}.")


class Step(NamedTuple):
    """One step of a plan: what it is called, when it is due, and what it pays by budget line id."""

    name: str
    due_on: date
    amounts: Mapping[int, Money]


def make_plan(campaign: Campaign, school: Organisation, steps: Sequence[Step], *, by: User) -> None:
    """Plan what is paid to a school when; steps that are proposed or paid stay, all others are put anew.

    `steps` are those that come after them. Raises NotAllowed, ReauthenticationNeeded, NoPlan, NotInOrder,
    PlannedTooMuch.
    """
    access.require(by, Action.PROPOSE_DISBURSEMENT, campaign)
    figures.lock(campaign.id)
    plan = db.session.scalars(queries.plan_of(campaign.id, school.id)).all()
    begun = _begun(campaign.id, school.id)
    kept = [tranche for tranche in plan if tranche.id in begun]
    _check(campaign, school, kept, steps)
    for tranche in plan:
        if tranche.id not in begun:
            _forget(tranche)
    db.session.flush()
    first = max((tranche.number for tranche in kept), default=0) + 1
    for number, step in enumerate(steps, start=first):
        _add(campaign, school, number, step, by)
    audit.record(by, "disbursement.planned", campaign, school=school.id, steps=len(steps))


def _begun(campaign_id: int, school_id: int) -> set[int]:
    payments = db.session.scalars(queries.payments_by_tranche(campaign_id, school_id))
    return {payment.tranche_id for payment in payments if payment.tranche_id is not None}


def _forget(tranche: Tranche) -> None:
    """Take a step out of the plan; what was cancelled or came back is remembered without it."""
    mine = sa.update(Disbursement).where(Disbursement.tranche_id == tranche.id)
    db.session.execute(mine.values(tranche_id=None).execution_options(synchronize_session=False))
    db.session.delete(tranche)


def _check(campaign: Campaign, school: Organisation, kept: Sequence[Tranche], steps: Sequence[Step]) -> None:
    if not steps or not all(step.amounts for step in steps) or len(steps) + len(kept) > MOST:
        raise NoPlan()
    before = max((tranche.due_on for tranche in kept), default=date.min)
    for number, step in enumerate(steps, start=1):
        if step.due_on <= before:
            raise NotInOrder(number)
        before = step.due_on
    lines = open_lines(campaign.id, school.id)
    for line, left in lines:
        planned = sum(step.amounts[line.id].amount for step in steps if line.id in step.amounts)
        if planned > left.amount:
            raise PlannedTooMuch(line.alias, line.label, left)
    known = {line.id for line, _ in lines}
    if any(line_id not in known for step in steps for line_id in step.amounts):
        raise Refused("One of these lines is not for this school.")


def _add(campaign: Campaign, school: Organisation, number: int, step: Step, by: User) -> None:
    made = Tranche(campaign_id=campaign.id, school_id=school.id, number=number, currency=campaign.currency)
    made.name, made.due_on, made.made_by_id = step.name, step.due_on, by.id
    made.parts = [TranchePart(line_id=line_id, amount=amount.amount) for line_id, amount in step.amounts.items()]
    db.session.add(made)

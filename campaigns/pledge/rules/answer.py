"""What a sponsor says to a changed cost: it stands, what is unpaid is taken back, or money is wished back."""

from datetime import timedelta

from campaigns.audit import rules as audit
from campaigns.campaign.models import BudgetLine
from campaigns.campaign.rules import costs, figures
from campaigns.kit import clock, db, links
from campaigns.kit.errors import Refused
from campaigns.kit.links import LinkSpent
from campaigns.pledge.models import Pledge, PledgeRenewal
from campaigns.pledge.queries import renewals as queries
from campaigns.pledge.rules.cover import shift
from campaigns.pledge.rules.end import withdraw
from campaigns.pledge.rules.status import derive
from campaigns.pledge.states import UNPAID, InstalmentState, Renewal
from campaigns.student.models import Need

NEW_TIME = timedelta(days=14)
BECAUSE = "a cost behind it has changed"


class NothingPaid(Refused):
    """Nothing has been paid yet, so there is nothing to give back."""

    field = "answer"


def answer(token: str, said: Renewal) -> Pledge:
    """Take down a sponsor's answer, by the link that was mailed; the link is spent.

    Raises LinkSpent (also where an answer was given by another link), NothingToEnd, NothingPaid.
    """
    link = links.consume(queries.PURPOSE, token)
    renewal = db.session.scalars(queries.renewal(link.subject_id)).one_or_none()
    if renewal is None:
        raise LinkSpent()
    figures.lock(renewal.pledge.campaign_id)
    renewal = db.session.scalars(queries.renewal(renewal.id)).one()
    if renewal.answered_at is not None:
        raise LinkSpent()
    renewal.answer, renewal.answered_at = said, clock.now()
    STEPS[said](renewal)
    links.revoke(queries.PURPOSE, renewal.id)
    _count(renewal)
    audit.record(None, f"pledge.renewal_{said.value}", renewal.pledge, change=renewal.change_id)
    return renewal.pledge


def _agree(renewal: PledgeRenewal) -> None:
    """The pledge stands, with new time to pay; what the cost does not need any more goes to others of the campaign."""
    pledge = renewal.pledge
    for instalment in pledge.instalments:
        if instalment.state in UNPAID:
            instalment.due_on = max(instalment.due_on, clock.today() + NEW_TIME)
            instalment.reminded_at = None
            if instalment.state is InstalmentState.OVERDUE:
                instalment.move_to(InstalmentState.DUE)
    pledge.status = derive(pledge)
    db.session.flush()
    shift(pledge, renewal.line_id)


def _wish_refund(renewal: PledgeRenewal) -> None:
    """What is unpaid is taken back; whether and how the rest goes back is for the treasurer to see to."""
    pledge = renewal.pledge
    paid = sum(each.amount for each in pledge.instalments if each.state is InstalmentState.PAID)
    if not paid:
        raise NothingPaid()
    renewal.refund_amount = paid
    if any(each.state in UNPAID for each in pledge.instalments):
        withdraw(pledge, BECAUSE)


def _count(renewal: PledgeRenewal) -> None:
    """The line says how many have agreed, and follows its cost down as far as pledges let it."""
    db.session.flush()
    line = db.session.get_one(BudgetLine, renewal.line_id)
    db.session.refresh(line)
    if line.change_id == renewal.change_id and renewal.answer is Renewal.AGREED:
        line.agreed += 1
    costs.follow_need(line, db.session.get_one(Need, line.need_id))


STEPS = {
    Renewal.AGREED: _agree,
    Renewal.TAKEN_BACK: lambda renewal: withdraw(renewal.pledge, BECAUSE),
    Renewal.REFUND_WISHED: _wish_refund,
}

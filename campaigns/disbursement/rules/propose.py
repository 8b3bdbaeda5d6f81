"""The first of two people: what to pay to which school, from which lines."""

from collections.abc import Collection, Mapping

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.rules import figures
from campaigns.disbursement import queries
from campaigns.disbursement.models import Disbursement, DisbursementPart, Tranche
from campaigns.disbursement.rules import turn, where
from campaigns.disbursement.rules.lines import available, open_lines
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import clock, db, refs
from campaigns.kit.errors import NotAllowed, Refused
from campaigns.kit.money import Money
from campaigns.student.rules import apart


class NothingToPay(Refused):
    """Enter an amount for at least one line."""


class TooMuchForLine(Refused):
    """More than this line still needs."""

    def __init__(self, line: BudgetLine, left: Money) -> None:
        super().__init__(f"At most {left} is still to be paid for this line.", field=f"line_{line.id}")


class NotEnoughMoney(Refused):
    """The campaign does not hold that much."""

    def __init__(self, held: Money) -> None:
        super().__init__(f"The campaign has {held} that is not promised to a school yet; pay that or less.")


class InFile(Refused):
    """A file for the bank orders this payment. Say first that the file was never given to the bank."""


class NothingPlanned(Refused):
    """Every step of this plan is proposed or paid."""


class SeveralSchools(Refused):
    """One payment goes to one school. Propose one for each."""


def propose(
    campaign: Campaign,
    amounts: Mapping[int, Money],
    *,
    note: str = "",
    once: str,
    by: User,
    tranche: Tranche | None = None,
) -> Disbursement:
    """Propose to pay a school these amounts by budget line id; a second person releases it.

    Where there is a plan for the school, its steps come first: see `propose_next`.
    The same `once` again returns the proposal that it has made. Raises NotAllowed (also for
    who is too close to a student or the school), ReauthenticationNeeded, NothingToPay, TooMuchForLine,
    SeveralSchools, NotEnoughMoney, PlanFirst, NotItsTurn or Paused.
    """
    access.require(by, Action.PROPOSE_DISBURSEMENT, campaign)
    figures.lock(campaign.id)
    made = db.session.scalars(queries.sent_with(once)).one_or_none()
    if made is not None:
        return made
    school_id = _check(campaign, amounts)
    require_apart(school_id, amounts, by=by)
    if tranche is None:
        turn.require_no_plan(campaign.id, school_id)
    turn.require_turn(campaign.id, school_id, tranche)
    total = Money(sum(amount.amount for amount in amounts.values()), campaign.currency)
    held, account = available(campaign), where.in_use(campaign.organisation_id, school_id)
    if total > held:
        raise NotEnoughMoney(held)
    disbursement = Disbursement(
        ref=refs.random_ref(),
        once=once,
        organisation_id=campaign.organisation_id,
        campaign_id=campaign.id,
        school_id=school_id,
        amount=total.amount,
        currency=total.currency,
        note=note,
        proposed_by_id=by.id,
        account_id=account.id if account else None,
        tranche_id=tranche.id if tranche else None,
    )
    db.session.add(disbursement)
    db.session.flush()
    for line_id, amount in amounts.items():
        db.session.add(DisbursementPart(disbursement_id=disbursement.id, line_id=line_id, amount=amount.amount))
    audit.record(by, "disbursement.proposed", disbursement, amount=total.amount, currency=total.currency)
    return disbursement


def propose_next(campaign: Campaign, school_id: int, *, note: str = "", once: str, by: User) -> Disbursement:
    """Propose the next step of the plan for a school, as it stands there. Raises as `propose` does; NothingPlanned."""
    access.require(by, Action.PROPOSE_DISBURSEMENT, campaign)
    figures.lock(campaign.id)
    made = db.session.scalars(queries.sent_with(once)).one_or_none()
    if made is not None:
        return made
    tranche = db.session.scalars(queries.next_tranche(campaign.id, school_id)).first()
    if tranche is None:
        raise NothingPlanned()
    return propose(campaign, tranche.amounts, note=note, once=once, by=by, tranche=tranche)


def _check(campaign: Campaign, amounts: Mapping[int, Money]) -> int:
    """The one school that these lines are for."""
    if not amounts:
        raise NothingToPay()
    lines = {found.line.id: found for found in open_lines(campaign.id)}
    for line_id, amount in amounts.items():
        if line_id not in lines:
            raise Refused("One of these lines is not in this campaign's budget.")
        if amount > lines[line_id].left:
            raise TooMuchForLine(*lines[line_id])
    schools = {lines[line_id].line.school_id for line_id in amounts}
    if len(schools) > 1:
        raise SeveralSchools()
    return schools.pop()


def require_apart(school_id: int, line_ids: Collection[int], *, by: User) -> None:
    """Return quietly where this person has no ties to the school or to a student of these lines.

    Raises NotAllowed.
    """
    supported = db.session.scalars(queries.behind(line_ids)).all()
    if apart.kept_out([by], school_id=school_id, application_ids=supported):
        raise NotAllowed(
            "You vetted one of these students, or have ties to them or to the school: somebody else decides."
        )


def cancel(disbursement: Disbursement, *, reason: str, by: User) -> None:
    """Take a proposal back; its lines may be proposed for again. Raises NotAllowed, InFile, OnItsWay, IllegalMove.

    Whoever may see the money may stop it, since nothing has moved.
    """
    access.require(by, Action.SEE_MONEY, disbursement)
    figures.lock(disbursement.campaign_id)
    db.session.refresh(disbursement, ["state", "batch_id"], with_for_update=True)
    if disbursement.batch_id is not None:
        raise InFile()
    where.require_not_sent(disbursement)
    disbursement.move_to(DisbursementState.CANCELLED)
    disbursement.cancelled_at, disbursement.cancel_reason = clock.now(), reason
    audit.record(by, "disbursement.cancelled", disbursement)

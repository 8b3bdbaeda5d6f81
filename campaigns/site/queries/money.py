"""Sources of the today page: what is due, what arrived, what goes to schools."""

from typing import Any

import sqlalchemy as sa

from campaigns.account.models import Organisation, User
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.disbursement.models import Disbursement, DisbursementPart, TransferBatch
from campaigns.disbursement.queries import differs, is_late, undone
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import clock
from campaigns.payment.models import BankEntry, PaymentCase
from campaigns.payment.queries import OPEN_ENTRIES
from campaigns.pledge.models import Instalment, Pledge, PledgeRenewal
from campaigns.pledge.queries.renewals import on_hold
from campaigns.pledge.states import InstalmentState
from campaigns.site.queries.today import NO_MOMENT, NOTHING, Rows, rows
from campaigns.student import queries as students
from campaigns.student.models import Need, SchoolAccount
from campaigns.student.states import AccountState


def overdue(_user: User, organisation_id: int) -> Rows:
    """Instalments whose day has passed."""
    past = sa.and_(Instalment.state == InstalmentState.DUE, Instalment.due_on < clock.today())
    sponsor = sa.func.coalesce(Pledge.organisation_name, Pledge.name)
    return (
        rows(Instalment.reference, sponsor, Pledge.confirmed_at, Campaign.title, Instalment.due_on)
        .select_from(Instalment)
        .join(Pledge, Pledge.id == Instalment.pledge_id)
        .join(Campaign, Campaign.id == Pledge.campaign_id)
        .where(Pledge.organisation_id == organisation_id, sa.or_(Instalment.state == InstalmentState.OVERDUE, past))
        .where(~on_hold(Pledge.id))
    )


def bank_entries(_user: User, organisation_id: int) -> Rows:
    """Money that arrived and is not matched with a pledge for sure."""
    of_community = BankEntry.organisation_id == organisation_id
    return (
        rows(NOTHING, NOTHING, NO_MOMENT).select_from(BankEntry).where(of_community, BankEntry.state.in_(OPEN_ENTRIES))
    )


def cases(_user: User, organisation_id: int) -> Rows:
    """Differences about money that a person must look at."""
    return rows(NOTHING, NOTHING, PaymentCase.opened_at).where(
        PaymentCase.organisation_id == organisation_id, PaymentCase.closed_at.is_(None)
    )


def school_accounts(user: User, organisation_id: int) -> Rows:
    """Where schools say they are paid, told to somebody else, and confirmed by nobody yet."""
    return rows(NOTHING, NOTHING, SchoolAccount.proposed_at).where(
        SchoolAccount.organisation_id == organisation_id,
        SchoolAccount.state == AccountState.PROPOSED,
        SchoolAccount.proposed_by_id.is_distinct_from(user.id),
    )


def waiting_accounts(_user: User, organisation_id: int) -> Rows:
    """Where schools are paid from soon on: still to be agreed to, or to be objected to."""
    waits = sa.or_(SchoolAccount.seconded_at.is_(None), SchoolAccount.usable_from > clock.now())
    return rows(NOTHING, NOTHING, SchoolAccount.confirmed_at).where(
        SchoolAccount.organisation_id == organisation_id, SchoolAccount.state == AccountState.CONFIRMED, waits
    )


def refund_wishes(_user: User, organisation_id: int) -> Rows:
    """Sponsors who would like to have money back after a cost has changed."""
    return rows(NOTHING, NOTHING, PledgeRenewal.answered_at).where(
        PledgeRenewal.organisation_id == organisation_id,
        PledgeRenewal.refund_amount.is_not(None),
        PledgeRenewal.settled_at.is_(None),
    )


def _disbursements(organisation_id: int, since: Any, state: DisbursementState) -> Rows:
    return (
        rows(Disbursement.ref, Organisation.name, since, Campaign.title)
        .select_from(Disbursement)
        .join(Organisation, Organisation.id == Disbursement.school_id)
        .join(Campaign, Campaign.id == Disbursement.campaign_id)
        .where(Disbursement.organisation_id == organisation_id, Disbursement.state == state)
    )


def to_release(user: User, organisation_id: int) -> Rows:
    """Payments that somebody else proposed, for students whom this person has not vetted and does not keep out of."""
    hands = students.vetted_by(user), students.recused_from(user)
    kept_out = sa.or_(*(Need.application_id.in_(each) for each in hands))
    vetted = (
        sa.select(Need.id)
        .join(BudgetLine, BudgetLine.need_id == Need.id)
        .join(DisbursementPart, DisbursementPart.line_id == BudgetLine.id)
        .where(DisbursementPart.disbursement_id == Disbursement.id, kept_out)
        .exists()
    )
    proposed = _disbursements(organisation_id, Disbursement.proposed_at, DisbursementState.PROPOSED)
    return proposed.where(Disbursement.proposed_by_id != user.id, ~vetted)


def to_prove(_user: User, organisation_id: int) -> Rows:
    """Payments that have left lately and have no receipt of the school yet."""
    sent = _disbursements(organisation_id, Disbursement.released_at, DisbursementState.RELEASED)
    return sent.where(~is_late(), ~differs())


def differing(_user: User, organisation_id: int) -> Rows:
    """Payments about which the school says something else than was sent."""
    sent = _disbursements(organisation_id, Disbursement.released_at, DisbursementState.RELEASED)
    return sent.where(differs())


def files_undone(_user: User, organisation_id: int) -> Rows:
    """Files for the bank whose day has come, and of whose payments not all have been recorded."""
    due = sa.and_(TransferBatch.organisation_id == organisation_id, TransferBatch.execute_on <= clock.today())
    found = rows(TransferBatch.ref, NOTHING, TransferBatch.made_at, TransferBatch.ref, TransferBatch.execute_on)
    return found.select_from(TransferBatch).where(due, undone())


def paused(_user: User, organisation_id: int) -> Rows:
    """Payments whose receipt is missing, so that nothing more goes to their schools."""
    return _disbursements(organisation_id, Disbursement.released_at, DisbursementState.RELEASED).where(
        is_late(), ~differs()
    )

"""What a student's export takes from the floors below, break-glass, and what retention has done."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Membership, User
from campaigns.ask.models import Ask, Letter
from campaigns.audit.models import AuditEntry
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.disbursement.models import Disbursement, DisbursementPart
from campaigns.report.models import BreakGlass, RetentionRun
from campaigns.student import queries as students
from campaigns.student.models import Application, Need
from campaigns.update.models import Update

Rows = sa.Select[*tuple[Any, ...]]


def lines_of(application_id: int) -> Rows:
    """The budget lines of a student's needs, with their campaigns."""
    return (
        sa.select(
            Campaign.id,
            Campaign.slug,
            Campaign.title,
            Campaign.summary,
            Campaign.story,
            Campaign.state,
            Campaign.published_at,
            BudgetLine.id.label("line_id"),
            BudgetLine.kind,
            BudgetLine.label,
            BudgetLine.term,
            BudgetLine.amount,
            BudgetLine.pledged,
            BudgetLine.disbursed,
            BudgetLine.proven,
            BudgetLine.currency,
        )
        .join(BudgetLine, BudgetLine.campaign_id == Campaign.id)
        .join(Need, Need.id == BudgetLine.need_id)
        .where(Need.application_id == application_id)
        .order_by(Campaign.id, BudgetLine.id)
    )


def payments_of(application_id: int) -> Rows:
    """What was paid to the school for a student, line by line, oldest first."""
    return (
        sa.select(
            Disbursement.ref,
            Disbursement.state,
            Disbursement.paid_on,
            Disbursement.receipt_on,
            BudgetLine.kind,
            BudgetLine.term,
            DisbursementPart.amount,
            Disbursement.currency,
        )
        .join(DisbursementPart, DisbursementPart.disbursement_id == Disbursement.id)
        .join(BudgetLine, BudgetLine.id == DisbursementPart.line_id)
        .join(Need, Need.id == BudgetLine.need_id)
        .where(Need.application_id == application_id)
        .order_by(Disbursement.id, BudgetLine.id)
    )


def updates_of(campaign_ids: list[int]) -> Rows:
    """What was told of these campaigns in public."""
    return (
        sa.select(Update.title, Update.body, Update.published_at, Update.withdrawn_at)
        .where(Update.campaign_id.in_(campaign_ids), Update.published_at.is_not(None))
        .order_by(Update.id)
    )


def letters_of(campaign_ids: list[int]) -> Rows:
    """The letters to companies that became public."""
    return (
        sa.select(Ask.ref, Letter.version, Letter.subject, Letter.body, Ask.public_at)
        .join(Letter, Letter.ask_id == Ask.id)
        .where(Ask.campaign_id.in_(campaign_ids), Ask.public_at.is_not(None))
        .order_by(Letter.id)
    )


def trail_of(application_id: int) -> Rows:
    """What was done to an application and when, and by whom: None, or a number to look up roles for."""
    return (
        sa.select(AuditEntry.at, AuditEntry.action, AuditEntry.actor_id)
        .where(AuditEntry.subject_type == "application", AuditEntry.subject_id == application_id)
        .order_by(AuditEntry.id)
    )


def roles_in(organisation_id: int) -> Rows:
    """Who has, or had, which role in a community."""
    return sa.select(Membership.user_id, Membership.role).where(Membership.organisation_id == organisation_id)


def of_officer(user: User, organisation_id: int, ref: str) -> sa.Select[Application]:
    """An application, also a draft, for those who may know of it; whether they may do anything is for the caller."""
    mine = Application.organisation_id.in_(access.organisations_of(user, Action.SEE_APPLICATIONS))
    own = sa.and_(Application.applicant_user_id.is_not(None), Application.applicant_user_id == user.id)
    return (
        sa.select(Application)
        .where(mine, ~own, Application.organisation_id == organisation_id, Application.ref == ref)
        .options(joinedload(Application.organisation))
    )


def for_glass(user: User, ref: str) -> sa.Select[Application]:
    """An application that this person might open by breaking the glass."""
    organisations = access.organisations_of(user, Action.BREAK_GLASS)
    select = sa.select(Application).where(Application.organisation_id.in_(organisations), Application.ref == ref)
    select = select.where(Application.id.not_in(students.erased()))
    return select.options(joinedload(Application.organisation))


def glasses(user: User) -> sa.Select[BreakGlass]:
    """What was opened where this person is told of it: in their community, everywhere for administrators."""
    organisations = access.organisations_of(user, Action.SEE_BREAK_GLASS)
    return (
        sa.select(BreakGlass)
        .where(BreakGlass.organisation_id.in_(organisations))
        .options(
            joinedload(BreakGlass.application).joinedload(Application.organisation),
            joinedload(BreakGlass.opened_by),
            joinedload(BreakGlass.acknowledged_by),
        )
    )


def reads_of(glass: BreakGlass) -> Rows:
    """What was read through one, oldest first."""
    return (
        sa.select(AuditEntry.at, AuditEntry.action, AuditEntry.detail)
        .where(AuditEntry.subject_type == "breakglass", AuditEntry.subject_id == glass.id)
        .order_by(AuditEntry.id)
    )


def runs() -> sa.Select[RetentionRun]:
    """What retention did, the latest first."""
    return sa.select(RetentionRun).order_by(RetentionRun.id.desc())


def locked(application_id: int) -> sa.Select[Application]:
    """The application, held until this transaction ends."""
    return students.locked(application_id)

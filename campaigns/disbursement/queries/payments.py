"""Finding payments to schools, what may still be paid, and what waits."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.disbursement.models import Disbursement, DisbursementPart
from campaigns.disbursement.states import GONE_OUT, UNDERWAY, DisbursementState
from campaigns.file.models import File
from campaigns.kit import clock
from campaigns.ledger.models import LedgerAccount
from campaigns.student.models import Need

PROOF_DUE = timedelta(days=14)


def visible_to(user: User) -> sa.Select[Disbursement]:
    """The payments of the communities whose money this person may see."""
    return sa.select(Disbursement).where(
        Disbursement.organisation_id.in_(access.organisations_of(user, Action.SEE_MONEY))
    )


def for_page(user: User, organisation_id: int, ref: str) -> sa.Select[Disbursement]:
    """One payment with all that its page shows."""
    return (
        visible_to(user)
        .where(Disbursement.organisation_id == organisation_id, Disbursement.ref == ref)
        .options(
            joinedload(Disbursement.campaign),
            joinedload(Disbursement.school),
            joinedload(Disbursement.proof),
            joinedload(Disbursement.account),
            joinedload(Disbursement.tranche),
            joinedload(Disbursement.batch),
            selectinload(Disbursement.parts).joinedload(DisbursementPart.line),
        )
    )


def rows(user: User, organisation_id: int, state: DisbursementState | None = None) -> sa.Select[*tuple[Any, ...]]:
    """The columns of the list, for `paging.page` by id."""
    chosen = (
        sa.select(
            Disbursement.id,
            Disbursement.ref,
            Disbursement.state,
            Disbursement.amount,
            Disbursement.returned,
            Disbursement.currency,
            Disbursement.proposed_at,
            Disbursement.released_at,
            Disbursement.proposed_by_id,
            Campaign.title.label("campaign_title"),
            Organisation.name.label("school_name"),
            User.name.label("proposer_name"),
        )
        .join(Campaign, Disbursement.campaign_id == Campaign.id)
        .join(Organisation, Disbursement.school_id == Organisation.id)
        .join(User, Disbursement.proposed_by_id == User.id)
        .where(Disbursement.organisation_id == organisation_id)
        .where(Disbursement.organisation_id.in_(access.organisations_of(user, Action.SEE_MONEY)))
    )
    return chosen.where(Disbursement.state == state) if state is not None else chosen


def sent_with(once: str) -> sa.Select[Disbursement]:
    """The payment that this very form has proposed already."""
    return sa.select(Disbursement).where(Disbursement.once == once)


def balance(campaign_id: int) -> sa.Select[int]:
    """What the book has on a campaign's account, in minor units; no row where it was never opened."""
    return sa.select(LedgerAccount.balance).where(LedgerAccount.code == f"campaign:{campaign_id}")


def proposed_of(campaign_id: int) -> sa.Select[int]:
    """What is proposed or approved from a campaign and has not left, in minor units."""
    waiting = Disbursement.state.in_(UNDERWAY)
    total = sa.func.coalesce(sa.func.sum(Disbursement.amount), 0)
    return sa.select(sa.cast(total, sa.BigInteger)).where(waiting, Disbursement.campaign_id == campaign_id)


def lines_of(campaign_id: int, school_id: int | None = None) -> sa.Select[BudgetLine, int]:
    """A campaign's budget lines, with what is proposed for each and has not left yet; given-up ones are left out."""
    proposed = (
        sa.select(sa.func.coalesce(sa.func.sum(DisbursementPart.amount), 0))
        .join(Disbursement, DisbursementPart.disbursement_id == Disbursement.id)
        .where(DisbursementPart.line_id == BudgetLine.id, Disbursement.state.in_(UNDERWAY))
        .scalar_subquery()
    )
    chosen = sa.select(BudgetLine, sa.cast(proposed, sa.BigInteger)).where(
        BudgetLine.campaign_id == campaign_id, BudgetLine.released_at.is_(None), BudgetLine.left_at.is_(None)
    )
    if school_id is not None:
        chosen = chosen.where(BudgetLine.school_id == school_id)
    return chosen.order_by(BudgetLine.id)


def targets(organisation_id: int, campaign_slug: str | None, school_slug: str | None) -> sa.Select[*tuple[Any, ...]]:
    """Campaigns with money × the schools that still wait for some: (campaign, school, balance, still to pay)."""
    code = sa.literal("campaign:") + sa.cast(Campaign.id, sa.String)
    unpaid = sa.func.sum(BudgetLine.amount - BudgetLine.disbursed)
    chosen = (
        sa.select(Campaign, Organisation, LedgerAccount.balance, sa.cast(unpaid, sa.BigInteger).label("unpaid"))
        .join(LedgerAccount, LedgerAccount.code == code)
        .join(BudgetLine, BudgetLine.campaign_id == Campaign.id)
        .join(Organisation, BudgetLine.school_id == Organisation.id)
        .where(Campaign.organisation_id == organisation_id, LedgerAccount.balance > 0)
        .where(BudgetLine.released_at.is_(None), BudgetLine.left_at.is_(None))
        .group_by(Campaign.id, Organisation.id, LedgerAccount.id, LedgerAccount.balance)
        .having(unpaid > 0)
        .order_by(Campaign.id.desc(), Organisation.name)
        .limit(100)
    )
    if campaign_slug is not None:
        chosen = chosen.where(Campaign.slug == campaign_slug)
    return chosen.where(Organisation.slug == school_slug) if school_slug is not None else chosen


def applications_of(disbursement_id: int) -> sa.Select[int]:
    """The ids of the applications of the students whom a payment supports."""
    return (
        sa.select(Need.application_id)
        .join(BudgetLine, BudgetLine.need_id == Need.id)
        .join(DisbursementPart, DisbursementPart.line_id == BudgetLine.id)
        .where(DisbursementPart.disbursement_id == disbursement_id)
        .distinct()
    )


def behind(line_ids: Collection[int]) -> sa.Select[int]:
    """The ids of the applications of the students for whom these budget lines are."""
    needs = sa.select(Need.application_id).join(BudgetLine, BudgetLine.need_id == Need.id)
    return needs.where(BudgetLine.id.in_(line_ids)).distinct()


def names(*ids: int | None) -> sa.Select[int, str]:
    """The ids and names of the people who had a hand in a payment."""
    return sa.select(User.id, User.name).where(User.id.in_([found for found in ids if found is not None]))


def waiting(organisation_id: int) -> sa.Select[Disbursement]:
    """What somebody has to see to: proposals to release, and payments that have had no receipt for two weeks."""
    unproven = sa.and_(
        Disbursement.state == DisbursementState.RELEASED, Disbursement.released_at < clock.now() - PROOF_DUE
    )
    return (
        sa.select(Disbursement)
        .where(
            Disbursement.organisation_id == organisation_id,
            sa.or_(Disbursement.state == DisbursementState.PROPOSED, unproven),
        )
        .options(joinedload(Disbursement.campaign), joinedload(Disbursement.school))
        .order_by(Disbursement.id)
    )


def public_of(campaign_id: int) -> sa.Select[*tuple[Any, ...]]:
    """What anyone may read of a campaign's payments: no name of a school or a person, the receipt's fingerprint.

    Columns: id, ref, state, amount, currency, paid_on, country (of the school), receipt_on, sha256.
    """
    return (
        sa.select(
            Disbursement.id,
            Disbursement.ref,
            Disbursement.state,
            Disbursement.amount,
            Disbursement.currency,
            Disbursement.paid_on,
            Organisation.country,
            Disbursement.receipt_on,
            File.sha256,
        )
        .join(Organisation, Disbursement.school_id == Organisation.id)
        .outerjoin(File, Disbursement.proof_id == File.id)
        .where(Disbursement.campaign_id == campaign_id, Disbursement.state.in_(GONE_OUT))
        .order_by(Disbursement.id)
    )

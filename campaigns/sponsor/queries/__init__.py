"""Finding what a company has promised and paid, whom that supports, and who asks to speak for it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Membership, Organisation, OrganisationDomain, User
from campaigns.account.states import OrganisationKind, Role
from campaigns.ask.models import Ask, Reply
from campaigns.ask.states import AskState
from campaigns.campaign.models import BudgetLine, Campaign
from campaigns.campaign.queries import hidden, holds, tells_of_several
from campaigns.campaign.states import OPEN_FOR_PLEDGES
from campaigns.kit import clock, db
from campaigns.payment.models import SavedMethod
from campaigns.pledge.models import Allocation, Instalment, Pledge
from campaigns.pledge.states import COUNTED, UNPAID, InstalmentState
from campaigns.sponsor.models import CompanyClaim, FinanceLink, PledgeProposal
from campaigns.sponsor.states import UNDECIDED, ClaimState
from campaigns.student.models import Application, Need
from campaigns.student.states import Purpose

SENT = frozenset(AskState) - {AskState.DRAFTED, AskState.MODERATED}


def companies_of(user: User, slug: str, *actions: Action) -> sa.Select[Organisation]:
    """The company of this short address, where the person may do one of `actions` in it."""
    mine = sa.or_(*(Organisation.id.in_(access.organisations_of(user, action)) for action in actions))
    return sa.select(Organisation).where(Organisation.kind == OrganisationKind.COMPANY, Organisation.slug == slug, mine)


def sums(company_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """What a company's pledges come to, by currency: (currency, committed, due, overdue, paid)."""

    def of(states: Any) -> sa.ColumnElement[int]:
        return db.total(sa.case((Instalment.state.in_(states), Instalment.amount), else_=0))

    return (
        sa.select(
            Instalment.currency,
            of(UNPAID | {InstalmentState.PAID}).label("committed"),
            of({InstalmentState.DUE, InstalmentState.OVERDUE}).label("due"),
            of({InstalmentState.OVERDUE}).label("overdue"),
            of({InstalmentState.PAID}).label("paid"),
        )
        .join(Instalment.pledge)
        .where(Pledge.company_id == company_id, Pledge.status.in_(COUNTED))
        .group_by(Instalment.currency)
        .order_by(Instalment.currency)
    )


def pledges(company_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The columns of a company's list of pledges, for `paging.page` by `Pledge.id`; what was never confirmed is not
    its promise."""
    of_pledge = Instalment.pledge_id == Pledge.id
    paid, unpaid = (sa.and_(of_pledge, Instalment.state.in_(states)) for states in ([InstalmentState.PAID], UNPAID))
    return (
        sa.select(
            *(Pledge.id, Pledge.ref, Pledge.status, Pledge.amount, Pledge.currency, Pledge.confirmed_at, Pledge.name),
            *(Campaign.title.label("campaign"), Campaign.slug, Organisation.name.label("community")),
            sa.select(db.total(Instalment.amount)).where(paid).scalar_subquery().label("paid"),
            sa.select(sa.func.min(Instalment.due_on)).where(unpaid).scalar_subquery().label("due_on"),
        )
        .join(Pledge.campaign)
        .join(Organisation, Organisation.id == Pledge.organisation_id)
        .where(Pledge.company_id == company_id, Pledge.confirmed_at.is_not(None))
    )


def asks(company_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The letters that a company was sent, for `paging.page` by `Ask.id`."""
    return (
        sa.select(
            *(Ask.id, Ask.ref, Ask.state, Ask.amount, Ask.currency, Ask.sent_at, Ask.public_at, Reply.answer),
            *(Campaign.title.label("campaign"), Campaign.slug, Organisation.name.label("community")),
        )
        .join(Ask.campaign)
        .join(Organisation, Organisation.id == Ask.organisation_id)
        .outerjoin(Reply, Reply.ask_id == Ask.id)
        .where(Ask.company_id == company_id, Ask.state.in_(SENT))
    )


def supported(company_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The budget lines behind a company's pledges, as `pledge.queries.lines_of` tells them of one pledge."""
    told, public = holds(Purpose.SHARE_WITH_SPONSOR), holds(Purpose.PUBLISH_TEXT)
    return (
        sa.select(
            *(BudgetLine, Allocation.amount, told.label("told"), public.label("public")),
            tells_of_several(BudgetLine.campaign_id).label("several"),
            *(getattr(Application, name) for name in ("id", "alias", "level", "region", "country")),
        )
        .join(Allocation, Allocation.line_id == BudgetLine.id)
        .join(Pledge, Pledge.id == Allocation.pledge_id)
        .join(Need, Need.id == BudgetLine.need_id)
        .join(Application, Application.id == Need.application_id)
        .where(Pledge.company_id == company_id, Pledge.status.in_(COUNTED))
        .order_by(BudgetLine.id)
        .limit(500)
    )


def claims(state: ClaimState = ClaimState.ASKED) -> sa.Select[CompanyClaim]:
    """Who asks to speak for which company, the longest waiting first."""
    whole = (joinedload(CompanyClaim.company), joinedload(CompanyClaim.user))
    ask = joinedload(CompanyClaim.ask).joinedload(Ask.organisation)
    return sa.select(CompanyClaim).where(CompanyClaim.state == state).options(*whole, ask).order_by(CompanyClaim.id)


def claim_of(user_id: int, company_id: int) -> sa.Select[CompanyClaim]:
    """The latest claim of this person."""
    mine = sa.select(CompanyClaim).where(CompanyClaim.user_id == user_id, CompanyClaim.company_id == company_id)
    return mine.order_by(CompanyClaim.id.desc()).limit(1)


def domains(company_ids: set[int]) -> "sa.Select[int, str]":
    """The mail domains that are known to be these companies'."""
    columns = sa.select(OrganisationDomain.organisation_id, OrganisationDomain.domain)
    return columns.where(OrganisationDomain.organisation_id.in_(company_ids))


def saved_cards(company_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """The cards that are saved for a company's pledges, with the community to which each pays."""
    mine = sa.and_(SavedMethod.company_id == company_id, SavedMethod.ended_at.is_(None))
    select = sa.select(SavedMethod, Organisation.name.label("community")).where(mine)
    return select.join(Organisation, Organisation.id == SavedMethod.organisation_id).order_by(SavedMethod.id)


def saved_card(company_id: int, number: int) -> sa.Select[SavedMethod]:
    """One of a company's cards, ended or not."""
    return sa.select(SavedMethod).where(SavedMethod.company_id == company_id, SavedMethod.id == number)


def holds_role(user_id: int, company_id: int) -> sa.Select[int]:
    """Whether somebody belongs to a company already."""
    current = sa.and_(Membership.user_id == user_id, Membership.ended_at.is_(None))
    return sa.select(Membership.id).where(current, Membership.organisation_id == company_id).limit(1)


def administrators() -> sa.Select[User]:
    """Who administers Vouch."""
    current = sa.and_(Membership.role == Role.ADMINISTRATOR, Membership.ended_at.is_(None))
    ids = sa.select(Membership.user_id).where(current)
    return sa.select(User).where(User.id.in_(ids), User.disabled_at.is_(None)).order_by(User.id)


def to_pledge_for() -> sa.Select[Campaign]:
    """The campaigns that take pledges now, newest first."""
    taking = sa.and_(Campaign.state.in_(OPEN_FOR_PLEDGES), Campaign.deadline >= clock.today(), ~hidden())
    select = sa.select(Campaign).where(taking, Campaign.pledged < Campaign.asked)
    return select.options(joinedload(Campaign.organisation)).order_by(Campaign.id.desc())


def proposed_with(once: str) -> sa.Select[PledgeProposal]:
    """The proposal that this form has made."""
    return sa.select(PledgeProposal).where(PledgeProposal.once == once)


def proposals(company_id: int) -> sa.Select[PledgeProposal]:
    """A company's proposals, with who had a hand in them."""
    people = (joinedload(getattr(PledgeProposal, each)) for each in ("proposed_by", "first_approver", "decided_by"))
    select = sa.select(PledgeProposal).where(PledgeProposal.company_id == company_id)
    return select.options(joinedload(PledgeProposal.campaign), *people)


def undecided(company_id: int) -> sa.Select[PledgeProposal]:
    """Those of them that wait for somebody."""
    return proposals(company_id).where(PledgeProposal.state.in_(UNDECIDED)).order_by(PledgeProposal.id)


def finance_links(company_id: int) -> sa.Select[FinanceLink]:
    """A company's links for those without an account, newest first."""
    return sa.select(FinanceLink).where(FinanceLink.company_id == company_id).order_by(FinanceLink.id.desc())


def finance_link(number: int) -> sa.Select[FinanceLink]:
    """One of them, with its company."""
    return sa.select(FinanceLink).where(FinanceLink.id == number).options(joinedload(FinanceLink.company))


def broken_proposals() -> sa.Select[int]:
    """Approved proposals whose pledge is not the company's, or of another campaign."""
    select = sa.select(PledgeProposal.id).join(Pledge, Pledge.id == PledgeProposal.pledge_id)
    other = Pledge.company_id.is_distinct_from(PledgeProposal.company_id)
    return select.where(sa.or_(other, Pledge.once != sa.literal("proposal:") + sa.cast(PledgeProposal.id, sa.String)))

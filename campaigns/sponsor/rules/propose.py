"""Approvals inside a company: one proposes a pledge, one or two others approve it, and only then it is made."""

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, db, links, text
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.notice import rules as notice
from campaigns.pledge import rules as pledges
from campaigns.pledge.rules import Offer, Wishes
from campaigns.sponsor import queries
from campaigns.sponsor.models import CompanyLimit, PledgeProposal
from campaigns.sponsor.states import PROPOSAL_MOVES, ProposalState


class NoCampaign(Refused):
    """Choose one of these campaigns; others take no pledges at the moment."""

    field = "campaign"


def set_limit(company: Organisation, limit: Money | None, *, by: User) -> None:
    """From now on, what is proposed above `limit` needs two approvals; None asks for one of each. Raises NotAllowed."""
    access.require(by, Action.SET_COMPANY_LIMIT, company)
    _hold(company.id)
    kept = db.session.get(CompanyLimit, company.id)
    if kept is not None:
        db.session.delete(kept)
        db.session.flush()
    if limit is not None:
        db.session.add(CompanyLimit(company_id=company.id, amount=limit.amount, currency=limit.currency))
    said = {"amount": limit.amount, "currency": limit.currency} if limit is not None else {}
    audit.record(by, "company.limit_set", company, **said)


def propose(
    company: Organisation, campaign: Campaign, amount: Money, reason: str, *, show_name: bool, once: str, by: User
) -> PledgeProposal:
    """Propose that the company pledges; whoever may approve it is told. The same `once` again gives the same one.

    How many approvals it needs is settled now: above the company's limit, or in another currency than it, two.
    Raises NotAllowed, and what the campaign refuses (Closed, MoreThanUncovered, TooSmall).
    """
    access.require(by, Action.PROPOSE_PLEDGE, company)
    known = db.session.scalars(queries.proposed_with(once)).one_or_none()
    if known is not None:
        return known
    pledges.check_taken(campaign, amount)
    made = PledgeProposal(
        once=once,
        company_id=company.id,
        campaign_id=campaign.id,
        amount=amount.amount,
        currency=amount.currency,
        reason=text.one_line(reason)[:300],
        show_name=show_name,
        needs_two=_is_above(company.id, amount),
        proposed_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(by, "company.pledge_proposed", made, amount=amount.amount, currency=amount.currency)
    _ask(made, company, campaign.title, by)
    return made


def _is_above(company_id: int, amount: Money) -> bool:
    limit = db.session.get(CompanyLimit, company_id)
    return limit is not None and (limit.currency != amount.currency or limit.amount < amount.amount)


def _hold(company_id: int) -> None:
    """Of two who decide at once, one waits."""
    db.session.execute(sa.select(Organisation.id).where(Organisation.id == company_id).with_for_update())


def _locked(proposal: PledgeProposal) -> Organisation:
    _hold(proposal.company_id)
    db.session.refresh(proposal, with_for_update=True)
    return db.session.get_one(Organisation, proposal.company_id)


def approve(proposal: PledgeProposal, *, by: User) -> None:
    """Approve a proposal; with the last approval it needs, the pledge is made, in the name of who gave that.

    Raises NotAllowed (whoever proposed or approved it already), IllegalMove, and what the campaign refuses now.
    """
    company = _locked(proposal)
    access.require(by, Action.APPROVE_PLEDGE, proposal)
    if proposal.needs_two and proposal.state is ProposalState.PROPOSED:
        proposal.move_to(ProposalState.SECONDED)
        proposal.first_approver_id, proposal.first_approved_at = by.id, clock.now()
        audit.record(by, "company.pledge_seconded", proposal)
        _ask(proposal, company, db.session.get_one(Campaign, proposal.campaign_id).title, by)
        return
    check_move(PROPOSAL_MOVES, proposal.state, ProposalState.APPROVED)
    proposal.pledge_id, proposal.state = _pledge(proposal, company, by), ProposalState.APPROVED
    proposal.decided_by_id, proposal.decided_at = by.id, clock.now()
    db.session.flush()
    audit.record(by, "company.pledge_approved", proposal, pledge=proposal.pledge_id)
    _tell(proposal, company)


def _pledge(proposal: PledgeProposal, company: Organisation, by: User) -> int:
    offer = Offer(proposal.money, by.name, by.email, company.name)
    wishes = Wishes(show_name=proposal.show_name, updates=True)
    pledge = pledges.make(proposal.campaign_id, offer, wishes, once=f"proposal:{proposal.id}")
    pledge.company_id = company.id
    db.session.flush()
    return pledge.id


def decline(proposal: PledgeProposal, note: str, *, by: User) -> None:
    """Turn a proposal down, with the reason. Raises NotAllowed, IllegalMove."""
    company = _locked(proposal)
    access.require(by, Action.APPROVE_PLEDGE, proposal)
    _end(proposal, ProposalState.DECLINED, by, note)
    _tell(proposal, company)


def withdraw(proposal: PledgeProposal, *, by: User) -> None:
    """Take one's own proposal back. Raises NotAllowed, IllegalMove."""
    _locked(proposal)
    access.require(by, Action.WITHDRAW_PROPOSAL, proposal)
    _end(proposal, ProposalState.WITHDRAWN, by)


def _end(proposal: PledgeProposal, state: ProposalState, by: User, note: str = "") -> None:
    proposal.move_to(state)
    proposal.decided_by_id, proposal.decided_at = by.id, clock.now()
    proposal.note = text.one_line(note)[:300] or None
    audit.record(by, f"company.pledge_{state.value}", proposal)


def _ask(proposal: PledgeProposal, company: Organisation, campaign: str, by: User) -> None:
    """Tell everybody who can take the next step."""
    had_a_hand = {proposal.proposed_by_id, proposal.first_approver_id}
    for person in db.session.scalars(access.holders(Action.APPROVE_PLEDGE, company.id)).all():
        if person.id in had_a_hand:
            continue
        notice.send(
            person.email,
            "sponsor/mail/proposed",
            key=f"company.pledge_{proposal.state.value}:{proposal.id}",
            name=person.name,
            who=by.name,
            seconded=proposal.state is ProposalState.SECONDED,
            company=company.name,
            amount=proposal.money,
            campaign=campaign,
            reason=proposal.reason,
            url=links.url("sponsor.proposal", slug=company.slug, number=proposal.id),
        )


def _tell(proposal: PledgeProposal, company: Organisation) -> None:
    """Tell whoever proposed it how it ended."""
    person = db.session.get_one(User, proposal.proposed_by_id)
    notice.send(
        person.email,
        "sponsor/mail/proposal_decided",
        key=f"company.proposal_decided:{proposal.id}",
        name=person.name,
        company=company.name,
        amount=proposal.money,
        campaign=db.session.get_one(Campaign, proposal.campaign_id).title,
        approved=proposal.state is ProposalState.APPROVED,
        note=proposal.note,
        url=links.url("sponsor.proposal", slug=company.slug, number=proposal.id),
    )

"""What Meridian Freight has promised and is about to pay, and somebody who says that they speak for it."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import Membership, Organisation, User
from campaigns.account.states import Role
from campaigns.ask.models import Ask
from campaigns.campaign.models import Campaign
from campaigns.community.models import Invitation
from campaigns.kit import db, links
from campaigns.kit.money import Money
from campaigns.payment.models import SavedMethod
from campaigns.pledge.models import Instalment
from campaigns.remittance import rules as remittances
from campaigns.sponsor import rules
from campaigns.sponsor.rules.link import LASTS, PURPOSE

CANARIES = {
    "invited to the company": "canary.colleague@meridian.example",
    "claimant's position": "Canary position at the company",
    "company's contact": "Canary Contact of Meridian",
    "address of a link": "canary.payer@meridian.example",
    "reason of a proposal": "Canary reason of a proposal",
}


def build(get: Callable[[str], Any], users: dict[str, User], made: dict[str, Any]) -> dict[str, Any]:
    """Make them; gives what addresses need."""
    company = db.session.scalars(sa.select(Organisation).where(Organisation.slug == made["company"])).one()
    live = db.session.get_one(Campaign, made["live_id"])
    promised, due = (_pledge(get, live, company, amount) for amount in (20_00, 10_00))
    (order,) = remittances.order(company, [promised["instalment"]], by=users["finn"])
    ask = db.session.scalars(sa.select(Ask).where(Ask.company_id != company.id, Ask.sent_at.is_not(None))).first()
    assert ask is not None
    claim = rules.claim(ask, CANARIES["claimant's position"], by=users["rita"])
    link = rules.open_link(company, CANARIES["address of a link"], by=users["finn"])
    said = {"show_name": False, "once": "companies", "by": users["viola"]}
    proposal = rules.propose(company, live, Money(5_00, "EUR"), CANARIES["reason of a proposal"], **said)
    return {
        "finance_link": link.id, "finance_token": links.issue(PURPOSE, link.id, lasts=LASTS), "proposal": proposal.id,
        "company_pledge": promised["ref"], "company_due": due["instalment"], "transfer": order.reference,
        "claim": claim.id, "company_invitation": _invited(company, users["cora"]).id,
        "company_card": _card(company, live).id, "company_member": _membership(company, users["viola"]),
    }  # fmt: skip


def _pledge(get: Callable[[str], Any], live: Campaign, company: Organisation, amount: int) -> dict[str, Any]:
    made = get("a_pledge")(live, amount, company=company, name=CANARIES["company's contact"], show_name=False)
    instalment = sa.select(Instalment.id).where(Instalment.pledge_id == made.id)
    return {"ref": made.ref, "instalment": db.session.scalars(instalment).one()}


def _card(company: Organisation, live: Campaign) -> SavedMethod:
    card = SavedMethod(organisation_id=live.organisation_id, company_id=company.id, email="rosa@meridian.example")
    card.customer_ref, card.method_ref, card.brand, card.last_four = "cus_grants", "pm_grants", "visa", "4242"
    card.exp_month, card.exp_year = 4, 2031
    db.session.add(card)
    db.session.flush()
    return card


def _invited(company: Organisation, by: User) -> Invitation:
    invitation = Invitation(organisation=company, email=CANARIES["invited to the company"], role=Role.COMPANY_VIEWER)
    invitation.invited_by_id = by.id
    db.session.add(invitation)
    db.session.flush()
    return invitation


def _membership(company: Organisation, user: User) -> int:
    mine = sa.select(Membership.id).where(Membership.user_id == user.id, Membership.organisation_id == company.id)
    return db.session.scalars(mine).one()

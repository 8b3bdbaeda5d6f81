"""What arrived beyond need and was kept is given to a campaign: a pledge of the community, paid at once."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount
from campaigns.payment.queries import pool as queries
from campaigns.payment.rules.receive import hold
from campaigns.pledge import queries as pledge_queries
from campaigns.pledge import rules as pledges
from campaigns.pledge.models import Pledge


class NotForThis(Refused):
    """This campaign takes nothing now, or the money is kept for other students. Choose another."""

    field = "campaign"


def give(account: LedgerAccount, campaign: Campaign, amount: Money, *, once: str, by: User) -> Pledge:
    """Give so much of what is kept to a campaign: a pledge of the community, paid at once, in the book.

    `once` names the form: sent again, it gives the pledge of the first time. Raises NotAllowed, NotForThis,
    Overdrawn, and what a pledge may raise.
    """
    access.require(by, Action.RECORD_PAYMENT, campaign)
    community = hold(campaign.organisation_id)
    figures.lock(campaign.id)
    known = db.session.scalars(pledge_queries.BY_ONCE, {"once": once}).one_or_none()
    if known is not None:
        return known
    if db.session.scalars(queries.may_have(account, community.id).where(Campaign.id == campaign.id)).first() is None:
        raise NotForThis()
    given = pledges.Offer(amount, community.name, by.email, community.name)
    pledge = pledges.make(campaign.id, given, pledges.Wishes(show_name=True), once=once, quietly=True, hears=False)
    ledger.move(
        amount,
        source=account,
        target=ledger.account(f"campaign:{campaign.id}", amount.currency),
        cause=("pool", pledge.ref),
        by=by,
        overdraw=False,
    )
    pledges.settle(pledge.instalments[0], amount)
    figures.add(campaign.id, received=amount.amount)
    audit.record(by, "payment.given_from_pool", pledge, amount=amount.amount, currency=amount.currency)
    return pledge

"""Sample papers: what communities are before the law, a quote, an invoice with a slip, and the one that stands."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.billing import queries, rules
from campaigns.billing.rules import BillTo, Order
from campaigns.billing.states import Kind
from campaigns.campaign.models import Campaign
from campaigns.cli.demo.people import Cast
from campaigns.cli.demo.time import day
from campaigns.community.rules import Legal, describe_legal
from campaigns.kit import db
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.states import COUNTED

LANTERN = Legal(
    "Lantern e.V.",
    "Hafenstraße 3\n20459 Hamburg",
    "DE",
    "VR 24601, Amtsgericht Hamburg",
    "",
    True,
    "Recognised as charitable by the Finanzamt Hamburg-Nord, notice of 4 March 2026.",
)
BELL = Legal("Second Bell CIO", "8 Chapel Lane\nLeeds LS1 4AP", "GB", "Charity no. 1199999")


def describe(cast: Cast) -> None:
    """What receipts and invoices print of two communities."""
    describe_legal(cast.communities["Lantern"], LANTERN, by=cast["Tomas"])
    describe_legal(cast.communities["Second Bell"], BELL, by=cast["Hugh"])


def bill(cast: Cast, campaign: Campaign) -> None:
    """A company asks for a pro-forma invoice, then an invoice; its order number was wrong, so there is another."""
    company = sa.select(Pledge).where(Pledge.campaign_id == campaign.id, Pledge.organisation_name.is_not(None))
    pledge = db.session.scalars(company.where(Pledge.status.in_(COUNTED)).order_by(Pledge.id)).first()
    if pledge is None:
        return
    mine = sa.and_(Instalment.pledge_id == pledge.id, Instalment.state.in_(queries.BILLABLE))
    ids = db.session.scalars(sa.select(Instalment.id).where(mine)).all()
    to = BillTo(f"{pledge.organisation_name} Ltd", "12 Riverside\nNairobi 00100", "KE")
    with db.transaction(), day(5):
        rules.issue(Kind.QUOTE, ids, Order(to), once="sample quote", by=None)
    with db.transaction(), day(4):
        wrong = rules.issue(Kind.INVOICE, ids, Order(to, "PO 7741"), once="sample slip", by=None)
    with db.transaction(), day(3):
        rules.cancel(wrong, "Wrong order number.", once="sample credit note", by=cast["Tomas"])
    with db.transaction(), day(3, later=timedelta(hours=1)):
        rules.issue(Kind.INVOICE, ids, Order(to, "PO 7714"), once="sample invoice", by=cast["Tomas"])

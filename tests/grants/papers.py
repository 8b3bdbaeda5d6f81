"""An invoice of a sponsor, its pledges still to be invoiced, and what the community is before the law."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.billing import rules
from campaigns.billing.rules import BillTo, Order
from campaigns.billing.states import Kind
from campaigns.campaign.models import Campaign
from campaigns.community.models import CommunityLegal
from campaigns.kit import clock, db, links
from campaigns.payment.models import CreditNote, Receipt
from campaigns.payment.rules.papers.statement import LASTS, LINK
from campaigns.pledge.models import Instalment

CANARIES = {"billing entity": "Canary Billing GmbH", "billing address": "Canary Quay 9", "order number": "CANARYPO77"}

SPONSOR = "canary.sponsor@example.org"


def build(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    """Make them; gives what addresses need."""
    live = db.session.scalars(sa.select(Campaign).where(Campaign.slug == "live")).one()
    db.session.add(
        CommunityLegal(
            organisation_id=live.organisation_id, legal_name="Lantern e.V.", address="Hafenstraße 3", country="DE",
            registration="VR 1234",
        )
    )  # fmt: skip
    billed, free = (get("a_pledge")(live, 30_00, email=f"{name}@example.org") for name in ("billed", "unbilled"))
    to = BillTo(CANARIES["billing entity"], CANARIES["billing address"], "DE")
    order = Order(to, CANARIES["order number"])
    ids = {each.pledge_id: each.id for each in db.session.scalars(sa.select(Instalment))}
    invoice = rules.issue(Kind.INVOICE, [ids[billed.id]], order, once="world", by=None)
    receipt = db.session.scalars(sa.select(Receipt).order_by(Receipt.id)).first()
    db.session.add(
        CreditNote(
            organisation_id=live.organisation_id, year=clock.today().year, number=1, receipt_id=receipt.id,
            movement_id=receipt.movement_id, amount=1, currency="EUR", cause="Paid back",
        )
    )  # fmt: skip
    today, token = clock.today(), links.issue(LINK, 0, lasts=LASTS, payload={"email": SPONSOR})
    return {
        "statement_link": token, "year": today.year, "this_year": f"since={today}&until={today}",
        "invoice": invoice.ref, "invoice_key": links.sign("document", invoice.ref), "unbilled": free.ref,
        "unbilled_line": ids[free.id], "unbilled_key": links.sign("pledge", free.ref),
    }  # fmt: skip

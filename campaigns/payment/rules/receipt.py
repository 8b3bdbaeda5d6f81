"""Receipts: numbered without gaps per community and year, told to the sponsor by e-mail."""

from typing import Any

import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.community.models import CommunityLegal
from campaigns.kit import clock, db, links
from campaigns.ledger.models import Movement
from campaigns.notice import rules as notice
from campaigns.payment.models import Receipt
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules.own import page_of


def issue(movement: Movement, instalment: Instalment, organisation_id: int, *, cover: int = 0) -> Receipt:
    """Write the next receipt of this community and year. The caller holds the organisation's row."""
    year = clock.today().year
    last = sa.select(sa.func.max(Receipt.number)).where(
        Receipt.organisation_id == organisation_id, Receipt.year == year
    )
    receipt = Receipt(
        organisation_id=organisation_id,
        year=year,
        number=(db.session.scalar(last) or 0) + 1,
        movement_id=movement.id,
        instalment_id=instalment.id,
        amount=movement.amount,
        currency=movement.currency,
        terms=_terms(db.session.get(CommunityLegal, organisation_id)),
        cover=cover,
    )
    db.session.add(receipt)
    db.session.flush()
    return receipt


def _terms(legal: CommunityLegal | None) -> dict[str, Any] | None:
    """What receipts say of the community from now on, kept with each of them."""
    if legal is None:
        return None
    names = ("legal_name", "address", "country", "registration", "tax_id", "deductible", "deductible_text", "lang")
    return {name: getattr(legal, name) for name in names}


def tell(receipt: Receipt, pledge: Pledge, instalment: Instalment, community: str) -> None:
    """Mail the sponsor that the money is here, with what is still due and a link to the receipt."""
    key = links.sign("pledge", pledge.ref)
    campaign: Campaign = pledge.campaign
    rest = [each for each in pledge.instalments if each.paid_at is None and each.number > instalment.number]
    notice.send(
        pledge.email,
        "payment/mail/receipt",
        key=f"payment.receipt:{receipt.id}",
        community_name=community,
        name=pledge.name,
        campaign=campaign.title,
        receipt=receipt,
        reference=instalment.reference,
        paid_on=instalment.paid_at,
        rest=rest[0] if rest else None,
        pdf_url=links.url("payment.receipt", ref=pledge.ref, number=instalment.number, k=key),
        pledge_url=page_of(pledge.ref),
    )

"""Finding receipts with what is printed on them, and what belongs into a statement or a batch."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import Organisation
from campaigns.billing.models import BillingDocument, BillingLine
from campaigns.campaign.models import Campaign
from campaigns.payment.models import Receipt
from campaigns.pledge.models import Instalment, Pledge

PRINTED = (
    Receipt,
    Instalment.paid_at,
    Instalment.reference,
    Pledge.ref,
    Pledge.name,
    Pledge.organisation_name,
    Campaign.title.label("campaign"),
    Organisation.name.label("community"),
)


def receipts() -> "sa.Select[*tuple[Any, ...]]":
    """Receipts with what is printed on them, in their order."""
    return (
        sa.select(*PRINTED)
        .join(Instalment, Instalment.id == Receipt.instalment_id)
        .join(Pledge, Pledge.id == Instalment.pledge_id)
        .join(Campaign, Campaign.id == Pledge.campaign_id)
        .join(Organisation, Organisation.id == Receipt.organisation_id)
        .order_by(Organisation.name, Receipt.organisation_id, Receipt.id)
    )


def receipt_of(pledge_id: int, number: int) -> "sa.Select[*tuple[Any, ...]]":
    """The receipt for a pledge's instalment of this number."""
    return receipts().where(Instalment.pledge_id == pledge_id, Instalment.number == number)


def paid_for(pledges: sa.Select[int], year: int) -> "sa.Select[*tuple[Any, ...]]":
    """The receipts of a year for these pledges, with what is printed on them; `pledges` selects their ids."""
    return receipts().where(Pledge.id.in_(pledges), Receipt.year == year)


def of_address(email: str) -> sa.Select[int]:
    """The ids of the pledges that came from an address, for whoever has shown that it is theirs."""
    return sa.select(Pledge.id).where(Pledge.email == email, Pledge.confirmed_at.is_not(None))


def years(pledges: sa.Select[int]) -> sa.Select[int]:
    """The years in which something was paid for these pledges, the latest first."""
    paid = sa.select(Receipt.year).join(Instalment, Instalment.id == Receipt.instalment_id)
    return paid.where(Instalment.pledge_id.in_(pledges)).distinct().order_by(Receipt.year.desc())


def receipt_ids(*where: sa.ColumnElement[bool]) -> sa.Select[int]:
    """The ids of receipts, in their order."""
    ids = sa.select(Receipt.id).join(Instalment, Instalment.id == Receipt.instalment_id)
    return ids.where(*where).order_by(Receipt.id)


def document_ids(*where: sa.ColumnElement[bool]) -> sa.Select[int]:
    """The ids of quotes, invoices and credit notes, in their order."""
    ids = sa.select(BillingDocument.id).join(BillingLine, BillingLine.document_id == BillingDocument.id)
    ids = ids.join(Instalment, Instalment.id == BillingLine.instalment_id).where(*where)
    return ids.distinct().order_by(BillingDocument.id)


def issued_between(model: Any, organisation_id: int, since: datetime, until: datetime) -> sa.ColumnElement[bool]:
    """That a receipt or a document of a community was issued from `since` on and before `until`."""
    return sa.and_(model.organisation_id == organisation_id, model.issued_at >= since, model.issued_at < until)


def receipts_with(ids: Collection[int]) -> "sa.Select[*tuple[Any, ...]]":
    """These receipts with what is printed on them."""
    return receipts().where(Receipt.id.in_(ids))

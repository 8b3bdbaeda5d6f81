"""Finding receipts with what is printed on them, and what belongs into a statement or a batch."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import Organisation
from campaigns.billing.models import BillingDocument, BillingLine
from campaigns.campaign.models import Campaign
from campaigns.ledger.models import Movement
from campaigns.payment.models import CreditNote, Receipt
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


def credit_note_of(pledge_id: int, year: int, number: int) -> "sa.Select[*tuple[Any, ...]]":
    """A credit note for a receipt of this pledge, with what is printed on that."""
    notes = receipts().add_columns(CreditNote).join(CreditNote, CreditNote.receipt_id == Receipt.id)
    return notes.where(Instalment.pledge_id == pledge_id, CreditNote.year == year, CreditNote.number == number)


def credit_notes_of(pledge_id: int) -> sa.Select[CreditNote]:
    """What corrects the receipts of a pledge, the oldest first."""
    notes = sa.select(CreditNote).join(Receipt, Receipt.id == CreditNote.receipt_id)
    mine = notes.join(Instalment, Instalment.id == Receipt.instalment_id).where(Instalment.pledge_id == pledge_id)
    return mine.order_by(CreditNote.id).limit(50)


def paid_for(pledges: sa.Select[int], year: int) -> "sa.Select[*tuple[Any, ...]]":
    """The receipts of a year for these pledges, with what is printed on them; `pledges` selects their ids."""
    return receipts().where(Pledge.id.in_(pledges), Receipt.year == year)


def went_back(pledges: sa.Select[int], since: datetime, until: datetime) -> "sa.Select[*tuple[Any, ...]]":
    """What went back of receipted payments for these pledges, and what of that came again, as they are printed.

    `moved` is how much, below zero where it came again, and `moved_at` when.
    """
    signed = sa.case((Movement.kind == "refund", Movement.amount), else_=-Movement.amount)
    of_it = Movement.external_id.like(sa.func.concat("stripe:", sa.cast(Receipt.movement_id, sa.String), ":%"))
    back = sa.and_(Movement.kind.in_(["refund", "refund_failed"]), of_it)
    return (
        receipts()
        .add_columns(signed.label("moved"), Movement.at.label("moved_at"))
        .join(Movement, back)
        .where(Pledge.id.in_(pledges), Movement.at >= since, Movement.at < until)
    )


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

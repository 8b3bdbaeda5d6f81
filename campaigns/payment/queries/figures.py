"""What does not fit together in entries, receipts and kept figures: for `check`."""

from typing import Any

import sqlalchemy as sa

from campaigns.campaign.models import Campaign
from campaigns.kit import db
from campaigns.ledger.models import LedgerAccount, Movement
from campaigns.payment.models import BankEntry, BankEntryShare, CreditNote, Receipt
from campaigns.payment.states import EntryState

RECEIVED = ("payment", "refund_failed", "dispute_lost_undone", "transfer", "pool")
NOT_RECEIVED = ("refund", "refund_due", "dispute_lost", "transfer")


def wrong_received() -> "sa.Select[str, int, int]":
    """Campaigns whose kept received figure is not what came in less what went on or back: (slug, kept, real)."""
    code = sa.literal("campaign:") + sa.cast(Campaign.id, sa.String)
    came = sa.and_(Movement.target_id == LedgerAccount.id, Movement.kind.in_(RECEIVED))
    went = sa.and_(Movement.source_id == LedgerAccount.id, Movement.kind.in_(NOT_RECEIVED))
    signed = sa.case((came, Movement.amount), (went, -Movement.amount), else_=0)
    real = db.total(signed)
    return (
        sa.select(Campaign.slug, Campaign.received, real)
        .outerjoin(LedgerAccount, LedgerAccount.code == code)
        .outerjoin(Movement, sa.or_(came, went))
        .group_by(Campaign.id, Campaign.slug, Campaign.received)
        .having(Campaign.received != real)
    )


def wrong_receipts() -> "sa.Select[*tuple[Any, ...]]":
    """Receipts that differ from the movement they are for: (receipt id, receipted, moved)."""
    return (
        sa.select(Receipt.id, Receipt.amount, Movement.amount)
        .join(Movement, Movement.id == Receipt.movement_id)
        .where(sa.or_(Receipt.amount != Movement.amount, Receipt.currency != Movement.currency))
    )


def without_receipt() -> "sa.Select[*tuple[Any, ...]]":
    """Payments to a campaign that nobody was given a receipt for: (movement id, its cause)."""
    target = LedgerAccount.code.startswith("campaign:")
    return (
        sa.select(Movement.id, Movement.external_id)
        .join(LedgerAccount, LedgerAccount.id == Movement.target_id)
        .outerjoin(Receipt, Receipt.movement_id == Movement.id)
        .where(Movement.kind == "payment", target, Receipt.id.is_(None))
    )


def gaps() -> "sa.Select[*tuple[Any, ...]]":
    """Communities and years whose receipts are not numbered 1, 2, 3…: (community id, year, last, how many)."""
    last, count = sa.func.max(Receipt.number), sa.func.count()
    return (
        sa.select(Receipt.organisation_id, Receipt.year, last, count)
        .group_by(Receipt.organisation_id, Receipt.year)
        .having(last != count)
    )


def wrong_covers() -> "sa.Select[*tuple[Any, ...]]":
    """Receipts that tell of more or less for the card's fee than was booked: (receipt id, told, booked)."""
    paid, cover = sa.orm.aliased(Movement), sa.orm.aliased(Movement)
    return (
        sa.select(Receipt.id, Receipt.cover, sa.func.coalesce(cover.amount, 0))
        .join(paid, paid.id == Receipt.movement_id)
        .outerjoin(cover, sa.and_(cover.kind == "fee_cover", cover.external_id == paid.external_id))
        .where(Receipt.cover != sa.func.coalesce(cover.amount, 0))
    )


def note_gaps() -> "sa.Select[*tuple[Any, ...]]":
    """The same of credit notes."""
    last, count = sa.func.max(CreditNote.number), sa.func.count()
    return (
        sa.select(CreditNote.organisation_id, CreditNote.year, last, count)
        .group_by(CreditNote.organisation_id, CreditNote.year)
        .having(last != count)
    )


def wrong_notes() -> "sa.Select[*tuple[Any, ...]]":
    """Credit notes that differ from the movement they are for: (note id, noted, moved)."""
    return (
        sa.select(CreditNote.id, CreditNote.amount, Movement.amount)
        .join(Movement, Movement.id == CreditNote.movement_id)
        .where(sa.or_(CreditNote.amount != Movement.amount, CreditNote.currency != Movement.currency))
    )


def corrected_too_often() -> "sa.Select[*tuple[Any, ...]]":
    """Receipts whose credit notes come to more than they do: (receipt id, receipted, corrected)."""
    back = db.total(CreditNote.amount)
    return (
        sa.select(Receipt.id, Receipt.amount, back)
        .join(CreditNote, sa.and_(CreditNote.receipt_id == Receipt.id, CreditNote.withdrawn_at.is_(None)))
        .group_by(Receipt.id, Receipt.amount)
        .having(back > Receipt.amount)
    )


def unmoved_entries() -> "sa.Select[*tuple[Any, ...]]":
    """Confirmed entries that no money moved for, or not for all that they pay: (entry id, community id)."""
    cause = sa.literal("bank:") + sa.cast(BankEntry.organisation_id, sa.String) + ":" + BankEntry.fingerprint
    share = BankEntryShare.entry_id == BankEntry.id
    part = cause + ":" + sa.cast(BankEntryShare.instalment_id, sa.String)
    shares = sa.select(db.total(BankEntryShare.amount)).where(share).scalar_subquery()
    whole = sa.case((BankEntry.repays_id.is_(None), ~_moved(cause)), else_=~_moved(cause, "debt_paid"))
    missing = sa.case((shares == 0, whole), else_=sa.exists().where(share, ~_moved(part)))
    wrong = sa.or_(missing, shares.not_in([0, BankEntry.amount]))
    return sa.select(BankEntry.id, BankEntry.organisation_id).where(BankEntry.state == EntryState.CONFIRMED, wrong)


def _moved(cause: sa.ColumnElement[str], kind: str = "payment") -> sa.Exists:
    return sa.exists().where(Movement.kind == kind, Movement.external_id == cause)

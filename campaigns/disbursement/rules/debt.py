"""What a school still owes: money that a sponsor's bank took back after it had been paid on."""

import sqlalchemy as sa

from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.ledger.models import LedgerAccount


def debt_of(organisation_id: int, school_id: int, currency: str) -> Money:
    """What a school owes a community, as disputes have booked it; zero where nothing is owed."""
    code = f"debt:{organisation_id}:school:{school_id}:{currency}"
    balance = db.session.scalar(sa.select(LedgerAccount.balance).where(LedgerAccount.code == code)) or 0
    return Money(max(-balance, 0), currency)

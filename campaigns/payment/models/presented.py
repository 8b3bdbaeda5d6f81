"""What a sponsor paid in a currency of their own."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, db
from campaigns.kit.money import Money

MILLIONTHS = 1_000_000


class PresentedAmount(db.Model):
    """A try that was paid in the sponsor's own currency: what they were shown and paid, and at which rate.

    The book knows the campaign's currency alone; what the provider takes for changing money is the sponsor's.
    """

    __tablename__ = "presented_amount"

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_attempt.id"), primary_key=True)
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    rate_millionths: Mapped[int] = mapped_column(sa.BigInteger)  # of their currency for one of the campaign's
    noted_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (sa.CheckConstraint("amount > 0 AND rate_millionths > 0", name="positive"),)

    @property
    def money(self) -> Money:
        """What they paid."""
        return Money(self.amount, self.currency)

    @property
    def rate(self) -> Decimal:
        """How much of their currency stood for one of the campaign's."""
        return Decimal(self.rate_millionths) / MILLIONTHS

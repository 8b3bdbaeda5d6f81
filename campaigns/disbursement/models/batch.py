"""A file that orders transfers at the bank."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money


class TransferBatch(db.Model):
    """One SEPA credit transfer file: kept as it is, so that it is the same however often it is downloaded."""

    __tablename__ = "transfer_batch"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(16), unique=True)
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    message_id: Mapped[str] = mapped_column(sa.String(35), unique=True)  # the bank refuses the same one twice
    content: Mapped[str] = mapped_column(crypto.Sealed)  # pain.001.001.09
    sha256: Mapped[str] = mapped_column(sa.String(64))
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    payments: Mapped[int]
    execute_on: Mapped[date]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    downloads: Mapped[int] = mapped_column(default=0)
    downloaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    downloaded_at: Mapped[datetime | None]  # the last time
    voided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(sa.String(300))

    __table_args__ = (
        sa.CheckConstraint("amount > 0 AND payments > 0", name="positive"),
        sa.CheckConstraint("(downloads = 0) = (downloaded_at IS NULL)", name="downloaded"),
        sa.CheckConstraint("(voided_at IS NULL) = (voided_by_id IS NULL)", name="voided"),
        sa.CheckConstraint("voided_by_id IS NULL OR voided_by_id <> made_by_id", name="two_people"),
    )

    @property
    def money(self) -> Money:
        """What it orders altogether."""
        return Money(self.amount, self.currency)

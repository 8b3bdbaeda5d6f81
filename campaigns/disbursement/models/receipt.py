"""What a school says through its own link: what it received, and who is enrolled."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.file.models import File
from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money


class SchoolReceipt(db.Model):
    """One answer of a school about one payment; where it differs, it waits for a treasurer."""

    __tablename__ = "school_receipt"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    disbursement_id: Mapped[int] = mapped_column(sa.ForeignKey("disbursement.id"), index=True)
    link_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)  # of the link that answered
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    received_on: Mapped[date]
    number: Mapped[str] = mapped_column(sa.String(80))
    name: Mapped[str] = mapped_column(crypto.Sealed)  # of who answered
    position: Mapped[str] = mapped_column(crypto.Sealed)
    remark: Mapped[str] = mapped_column(crypto.Sealed, default="")
    proof_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    differs: Mapped[bool]  # another amount, or somebody is not enrolled
    answered_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    settle_note: Mapped[str | None] = mapped_column(sa.String(300))

    proof: Mapped[File | None] = relationship(lazy="raise")
    students: Mapped[list["ReceiptStudent"]] = relationship(lazy="raise", order_by="ReceiptStudent.application_id")

    __table_args__ = (
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.CheckConstraint("differs OR settled_by_id IS NULL", name="settled"),
        sa.CheckConstraint("settled_by_id IS NULL OR settled_at IS NOT NULL", name="settled_at"),
    )

    @property
    def money(self) -> Money:
        """What the school received, as it says."""
        return Money(self.amount, self.currency)

    @property
    def waits(self) -> bool:
        """Whether it differs and nobody has said yet what came of it."""
        return self.differs and self.settled_at is None


class ReceiptStudent(db.Model):
    """Whether one student of a payment is enrolled, as the school says."""

    __tablename__ = "school_receipt_student"

    receipt_id: Mapped[int] = mapped_column(sa.ForeignKey("school_receipt.id"), primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), primary_key=True, index=True)
    enrolled: Mapped[bool]

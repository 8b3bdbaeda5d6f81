"""Money that goes back to a sponsor, and the note that corrects the receipt."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.payment.states import REFUND_MOVES, Provider, RefundReason, RefundState


class Refund(db.Model):
    """Money that we give back, committed before the provider is asked; what it has come to stands in the ledger.

    It takes from `part`, the movement by which the money came: of a receipt (money that counted), or of a case
    (money that was put aside).
    """

    __tablename__ = "refund"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    pledge_id: Mapped[int] = mapped_column(sa.ForeignKey("pledge.id"), index=True)
    receipt_id: Mapped[int | None] = mapped_column(sa.ForeignKey("receipt.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment_case.id"), index=True)
    part_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_movement.id"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment_attempt.id"), index=True)
    provider: Mapped[Provider] = mapped_column(db.enum(Provider))
    state: Mapped[RefundState] = mapped_column(db.enum(RefundState), default=RefundState.BEGUN)
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    reason: Mapped[RefundReason] = mapped_column(db.enum(RefundReason))
    note: Mapped[str] = mapped_column(sa.String(300), default="")  # for the team
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)  # the form it was asked with: a double click is one
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)  # sent as the idempotency key
    provider_ref: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    bank_reference: Mapped[str | None] = mapped_column(sa.String(80))
    sent_on: Mapped[date | None]  # the day on the bank's statement
    fault: Mapped[str | None] = mapped_column(sa.String(300))
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("(receipt_id IS NULL) <> (case_id IS NULL)", name="of_one"),
        sa.CheckConstraint("provider <> 'bank' OR (bank_reference IS NOT NULL AND sent_on IS NOT NULL)", name="sent"),
        sa.CheckConstraint("provider <> 'stripe' OR attempt_id IS NOT NULL", name="through"),
        sa.Index("ix_refund_state_changed_at", "state", "changed_at"),
    )

    def move_to(self, state: RefundState) -> None:
        """Take an allowed step and note when. Raises IllegalMove."""
        check_move(REFUND_MOVES, self.state, state)
        self.state, self.changed_at = state, clock.now()

    @property
    def money(self) -> Money:
        """What goes back."""
        return Money(self.amount, self.currency)


class CreditNote(db.Model):
    """That a receipt counts for so much less; numbered without gaps per community and year, as receipts are."""

    __tablename__ = "credit_note"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    year: Mapped[int]
    number: Mapped[int]
    receipt_id: Mapped[int] = mapped_column(sa.ForeignKey("receipt.id"), index=True)
    movement_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_movement.id"), unique=True)  # what went back
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    cause: Mapped[str] = mapped_column(sa.String(200))  # as the sponsor reads it
    issued_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]  # the money came again; the number stays

    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "year", "number"),
        sa.CheckConstraint("amount > 0", name="positive"),
    )

    @property
    def label(self) -> str:
        """The number as printed: CN-2026-0042."""
        return f"CN-{self.year}-{self.number:04}"

    @property
    def money(self) -> Money:
        """What the receipt counts for less."""
        return Money(self.amount, self.currency)

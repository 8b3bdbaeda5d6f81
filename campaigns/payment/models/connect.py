"""Schools that a card company pays, and what it was told to send them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.payment.states import TRANSFER_MOVES, TransferState

_LIVE = "state <> 'refused'"


class Payee(db.Model):
    """A school that sets up, through the link of one answer, being paid by the provider; made before it is asked."""

    __tablename__ = "payee"

    request_id: Mapped[int] = mapped_column(sa.ForeignKey("confirmation_request.id"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)  # sent as the idempotency key
    account_ref: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    ready_at: Mapped[datetime | None]  # the provider pays it

    __table_args__ = (sa.CheckConstraint("ready_at IS NULL OR account_ref IS NOT NULL", name="ready"),)


class ProviderTransfer(db.Model):
    """Money for a school that the provider is told to send, committed before it is told."""

    __tablename__ = "provider_transfer"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    cause: Mapped[str] = mapped_column(sa.String(16))  # the payment to the school, by its ref
    account_ref: Mapped[str] = mapped_column(sa.String(255))
    state: Mapped[TransferState] = mapped_column(db.enum(TransferState), default=TransferState.BEGUN)
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)  # sent as the idempotency key
    provider_ref: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    returned: Mapped[int] = mapped_column(db.Amount, default=0)  # what the provider has taken back, as last seen
    fault: Mapped[str | None] = mapped_column(sa.String(300))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("(state = 'sent') = (provider_ref IS NOT NULL)", name="sent"),
        sa.CheckConstraint("returned >= 0 AND returned <= amount", name="returned"),
        sa.Index("ix_provider_transfer_state_changed_at", "state", "changed_at"),
        sa.Index(  # a payment is sent once
            "uq_provider_transfer_cause",
            "cause",
            unique=True,
            sqlite_where=sa.text(_LIVE),
            postgresql_where=sa.text(_LIVE),
        ),
    )

    def move_to(self, state: TransferState) -> None:
        """Take an allowed step and note when. Raises IllegalMove."""
        check_move(TRANSFER_MOVES, self.state, state)
        self.state, self.changed_at = state, clock.now()

    @property
    def money(self) -> Money:
        """What is sent."""
        return Money(self.amount, self.currency)

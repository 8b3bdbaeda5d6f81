"""A payment that a sponsor's bank takes back, or wants to."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.payment.states import DISPUTE_MOVES, DisputeState


class Dispute(db.Model):
    """What a bank disputes of a card payment, as its provider last said; what has moved for it stands in the ledger."""

    __tablename__ = "dispute"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    pledge_id: Mapped[int] = mapped_column(sa.ForeignKey("pledge.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_attempt.id"), index=True)
    ref: Mapped[str] = mapped_column(sa.String(100), unique=True)  # the provider's
    state: Mapped[DisputeState] = mapped_column(db.enum(DisputeState))
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    reason: Mapped[str] = mapped_column(sa.String(80))  # in the provider's words
    respond_by: Mapped[datetime | None]  # until when the bank takes evidence
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.Index("ix_dispute_state_respond_by", "state", "respond_by"),
    )

    def move_to(self, state: DisputeState) -> None:
        """Take an allowed step and note when. Raises IllegalMove."""
        check_move(DISPUTE_MOVES, self.state, state)
        self.state, self.changed_at = state, clock.now()

    @property
    def money(self) -> Money:
        """What is disputed."""
        return Money(self.amount, self.currency)

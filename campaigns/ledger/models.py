"""Accounts and movements.

A movement takes an amount from one account and gives it to another: both sides of a double entry
in one row, so that an unbalanced booking cannot be written at all. `ledger_posting` in `queries`
shows the two sides as rows. Accounts that stand for the world outside (a bank, Stripe) go negative.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, db
from campaigns.kit.money import Money


class LedgerAccount(db.Model):
    """A place where money is, or comes from. `code` says whose: "campaign:12", "bank:3:EUR"."""

    __tablename__ = "ledger_account"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(80), unique=True)
    currency: Mapped[str] = mapped_column(sa.String(3))
    balance: Mapped[int] = mapped_column(db.Amount, default=0)  # derived from the movements, checked against them

    # What a movement's foreign keys point to, so that no movement mixes currencies.
    __table_args__ = (sa.UniqueConstraint("id", "currency"),)


class Movement(db.Model):
    """Money that went from `source` to `target`, for one cause, once."""

    __tablename__ = "ledger_movement"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    kind: Mapped[str] = mapped_column(sa.String(40))
    external_id: Mapped[str] = mapped_column(sa.String(120))
    source_id: Mapped[int] = mapped_column(db.Key, index=True)
    target_id: Mapped[int] = mapped_column(db.Key, index=True)
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_movement.id"), unique=True)

    __table_args__ = (
        sa.UniqueConstraint("kind", "external_id"),
        sa.ForeignKeyConstraint(["source_id", "currency"], ["ledger_account.id", "ledger_account.currency"]),
        sa.ForeignKeyConstraint(["target_id", "currency"], ["ledger_account.id", "ledger_account.currency"]),
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("source_id <> target_id", name="two_sides"),
    )

    @property
    def money(self) -> Money:
        """What was moved."""
        return Money(self.amount, self.currency)


db.append_only(Movement.__table__)  # type: ignore[arg-type]  # declared as FromClause, is a Table

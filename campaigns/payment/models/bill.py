"""Invoices that a provider sends and collects."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.payment.states import BILL_MOVES, LIVE_BILLS, BillState
from campaigns.pledge.models import Instalment

_LIVE = "state IN ({})".format(", ".join(f"'{state.value}'" for state in sorted(LIVE_BILLS)))


class Bill(db.Model):
    """One invoice through the provider, for one instalment, committed before the provider is called."""

    __tablename__ = "bill"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    instalment_id: Mapped[int] = mapped_column(sa.ForeignKey("instalment.id"), index=True)
    state: Mapped[BillState] = mapped_column(db.enum(BillState), default=BillState.ASKED)
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)  # what the idempotency keys begin with
    name: Mapped[str] = mapped_column(sa.String(150))  # the billing entity
    email: Mapped[str] = mapped_column(sa.String(254))
    address: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)  # line1, city, postal_code, country
    tax_id: Mapped[str | None] = mapped_column(sa.String(40))
    po_number: Mapped[str | None] = mapped_column(sa.String(60))
    days: Mapped[int]  # until it is due
    customer_ref: Mapped[str | None] = mapped_column(sa.String(255))
    invoice_ref: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    number: Mapped[str | None] = mapped_column(sa.String(60))  # the provider's
    url: Mapped[str | None] = mapped_column(sa.Text)
    due_on: Mapped[date | None]
    end_wanted_at: Mapped[datetime | None]  # it is not to be paid any more; the provider may say it was
    tries: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None] = mapped_column(sa.String(300))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    instalment: Mapped[Instalment] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("days IN (14, 30, 60)", name="days"),
        sa.CheckConstraint("state IN ('asked', 'refused', 'void') OR customer_ref IS NOT NULL", name="made"),
        sa.Index("ix_bill_state_changed_at", "state", "changed_at"),
        sa.Index(
            "uq_bill_live",
            "instalment_id",
            unique=True,
            sqlite_where=sa.text(_LIVE),
            postgresql_where=sa.text(_LIVE),
        ),
    )

    def move_to(self, state: BillState) -> None:
        """Take an allowed step and note when. Raises IllegalMove."""
        check_move(BILL_MOVES, self.state, state)
        self.state, self.changed_at = state, clock.now()

    @property
    def money(self) -> Money:
        """What it asks for."""
        return Money(self.amount, self.currency)

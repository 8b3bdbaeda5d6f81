"""Orders to pay, and the instalments in them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation
from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.states import check_move
from campaigns.pledge.models import Instalment
from campaigns.remittance.states import MOVES, OrderState


class RemittanceOrder(db.Model):
    """Several instalments that a company pays to one community by one transfer; moves no money itself."""

    __tablename__ = "remittance_order"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(25), unique=True)  # ISO 11649, quoted in the transfer
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # the community that is paid
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    state: Mapped[OrderState] = mapped_column(db.enum(OrderState), default=OrderState.OPEN)
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]

    community: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[organisation_id])
    lines: Mapped[list["RemittanceLine"]] = relationship(lazy="raise", order_by="RemittanceLine.instalment_id")

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        sa.Index("ix_remittance_order_company_id_id", "company_id", "id"),
        sa.Index("ix_remittance_order_organisation_id_state", "organisation_id", "state"),
    )

    def move_to(self, state: OrderState) -> None:
        """Take an allowed step. Raises IllegalMove."""
        check_move(MOVES, self.state, state)
        self.state = state

    @property
    def money(self) -> Money:
        """What was to be paid when it was made."""
        return Money(self.amount, self.currency)


class RemittanceLine(db.Model):
    """One instalment in an order, with what was due for it then; in one open order at most."""

    __tablename__ = "remittance_line"

    order_id: Mapped[int] = mapped_column(sa.ForeignKey("remittance_order.id"), primary_key=True)
    instalment_id: Mapped[int] = mapped_column(sa.ForeignKey("instalment.id"), primary_key=True)
    amount: Mapped[int] = mapped_column(db.Amount)
    is_open: Mapped[bool] = mapped_column(default=True)  # while its order is, and the instalment is not paid

    instalment: Mapped[Instalment] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.Index(
            "uq_remittance_line_open",
            "instalment_id",
            unique=True,
            sqlite_where=sa.text("is_open"),
            postgresql_where=sa.text("is_open"),
        ),
    )

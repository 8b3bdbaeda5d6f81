"""Money that came back from a school or its bank."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.campaign.models import BudgetLine
from campaigns.disbursement.states import ReturnedBy
from campaigns.kit import clock, db
from campaigns.kit.money import Money


class Return(db.Model):
    """All or a part of one payment came back, for one entry of the bank."""

    __tablename__ = "disbursement_return"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    disbursement_id: Mapped[int] = mapped_column(sa.ForeignKey("disbursement.id"))
    number: Mapped[int]  # within its payment
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)
    returned_by: Mapped[ReturnedBy] = mapped_column(db.enum(ReturnedBy))
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))
    bank_reference: Mapped[str] = mapped_column(sa.String(80))
    returned_on: Mapped[date]  # the day on the bank's statement
    note: Mapped[str] = mapped_column(sa.String(300), default="")  # for the team
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    told_at: Mapped[datetime | None] = mapped_column(index=True)  # when its sponsors were written to

    parts: Mapped[list["ReturnPart"]] = relationship(lazy="raise", order_by="ReturnPart.line_id")

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="positive"),
        sa.UniqueConstraint("disbursement_id", "number"),
        sa.UniqueConstraint("disbursement_id", "bank_reference"),  # an entry of the bank counts once
    )

    @property
    def money(self) -> Money:
        """What came back."""
        return Money(self.amount, self.currency)


class ReturnPart(db.Model):
    """How much of it had been paid for which budget line."""

    __tablename__ = "disbursement_return_part"

    return_id: Mapped[int] = mapped_column(sa.ForeignKey("disbursement_return.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("budget_line.id"), primary_key=True)
    amount: Mapped[int] = mapped_column(db.Amount)

    line: Mapped[BudgetLine] = relationship(lazy="raise")

    __table_args__ = (sa.CheckConstraint("amount > 0", name="positive"),)

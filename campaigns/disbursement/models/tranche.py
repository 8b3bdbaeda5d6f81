"""What is to be paid to a school when: one tranche after the other."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.campaign.models import BudgetLine
from campaigns.kit import clock, db
from campaigns.kit.money import Money


class Tranche(db.Model):
    """One step of the plan for a campaign and a school; it is paid once the step before is proven."""

    __tablename__ = "tranche"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(60))
    due_on: Mapped[date]
    currency: Mapped[str] = mapped_column(sa.String(3))
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    parts: Mapped[list["TranchePart"]] = relationship(
        lazy="raise", order_by="TranchePart.line_id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "school_id", "number"),
        sa.CheckConstraint("number > 0", name="number"),
    )

    @property
    def amounts(self) -> dict[int, Money]:
        """What is paid, by budget line id; `parts` must be loaded."""
        return {part.line_id: Money(part.amount, self.currency) for part in self.parts}

    @property
    def money(self) -> Money:
        """What is paid altogether; `parts` must be loaded."""
        return Money(sum(part.amount for part in self.parts), self.currency)


class TranchePart(db.Model):
    """How much of a tranche is for which budget line."""

    __tablename__ = "tranche_part"

    tranche_id: Mapped[int] = mapped_column(sa.ForeignKey("tranche.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("budget_line.id"), primary_key=True, index=True)
    amount: Mapped[int] = mapped_column(db.Amount)

    line: Mapped[BudgetLine] = relationship(lazy="raise")

    __table_args__ = (sa.CheckConstraint("amount > 0", name="positive"),)

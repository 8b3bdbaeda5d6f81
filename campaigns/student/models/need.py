"""What a student needs, line by line."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.student.models.application import Application
from campaigns.student.states import NeedKind


class Need(db.Model):
    """One cost line: what is needed, how much, for which term."""

    __tablename__ = "need"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    kind: Mapped[NeedKind] = mapped_column(db.enum(NeedKind))
    label: Mapped[str] = mapped_column(sa.String(120))
    term: Mapped[str] = mapped_column(sa.String(60))
    amount: Mapped[int] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(sa.String(3))

    application: Mapped[Application] = relationship(lazy="raise", back_populates="needs")

    __table_args__ = (sa.CheckConstraint("amount > 0", name="positive"),)

    @property
    def money(self) -> Money:
        """What is needed."""
        return Money(self.amount, self.currency)

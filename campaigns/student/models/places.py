"""How many students a community can support at the same time."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import db


class Places(db.Model):
    """The places of a community, and the money that it can answer for. Without a row nobody counts either, and the
    waiting list waits for a person.
    """

    __tablename__ = "community_places"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    count: Mapped[int | None]
    # The most that all whom it supports may need together, in minor units of the community's currency.
    budget: Mapped[int | None] = mapped_column(db.Amount)

    __table_args__ = (
        sa.CheckConstraint("count >= 0", name="count"),
        sa.CheckConstraint("budget > 0", name="budget"),
        sa.CheckConstraint("count IS NOT NULL OR budget IS NOT NULL", name="counted"),
    )

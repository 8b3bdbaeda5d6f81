"""How many students a community can support at the same time."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import db


class Places(db.Model):
    """The places of a community. Without a row nobody counts them, and the waiting list waits for a person."""

    __tablename__ = "community_places"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    count: Mapped[int]

    __table_args__ = (sa.CheckConstraint("count >= 0", name="count"),)

"""Break-glass, and what retention did."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import User
from campaigns.kit import clock, db
from campaigns.report.states import GLASS_LASTS, GlassReason
from campaigns.student.models import Application, OfPerson, Personal


class BreakGlass(OfPerson, db.Model):
    """Somebody opened a student's private data outside their ordinary role, for a quarter of an hour at most."""

    __tablename__ = "break_glass"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    opened_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"), index=True)
    reason: Mapped[GlassReason] = mapped_column(db.enum(GlassReason))
    why = Personal()  # in the opener's words; may speak of the student
    why_sealed: Mapped[str | None] = mapped_column("why", sa.Text)
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]  # closed by hand before its time
    acknowledged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    acknowledged_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(lazy="raise")
    opened_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[opened_by_id])
    acknowledged_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[acknowledged_by_id])

    __table_args__ = (
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= opened_at", name="ended"),
        sa.CheckConstraint("acknowledged_by_id IS NULL OR acknowledged_by_id <> opened_by_id", name="two_people"),
        sa.CheckConstraint("(acknowledged_by_id IS NULL) = (acknowledged_at IS NULL)", name="acknowledged"),
        sa.Index("ix_break_glass_organisation_id_acknowledged_at", "organisation_id", "acknowledged_at"),
    )

    @property
    def is_open(self) -> bool:
        """Whether private data may be read by it now: before the fifteenth minute is over, and not closed."""
        return self.ended_at is None and clock.now() < self.until

    @property
    def until(self) -> datetime:
        """When it is over. Not a column: so no row can say that it lasts any longer, or any shorter."""
        return self.opened_at + GLASS_LASTS


class RetentionRun(db.Model):
    """What a nightly run has forgotten: how many of each kind, and how old the oldest is that was kept."""

    __tablename__ = "retention_run"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    on: Mapped[datetime] = mapped_column("day", unique=True)  # midnight of its day: one run a day
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    oldest: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)  # kind → the moment of the oldest kept

    __table_args__ = (sa.CheckConstraint("finished_at IS NULL OR finished_at >= started_at", name="finished"),)

    @property
    def organisation_id(self) -> None:
        """It belongs to Vouch itself."""

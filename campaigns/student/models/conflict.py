"""Who keeps out of which application, and what vetters tell of themselves so that it is found."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.account.models import Organisation, User
from campaigns.kit import clock, db
from campaigns.student.models.person import OfPerson, Personal
from campaigns.student.states import ConflictKind, InterestKind


class Conflict(OfPerson, db.Model):
    """One person has one reason to keep out of one application. It stands unless it was overruled."""

    __tablename__ = "conflict_of_interest"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"), index=True)
    kind: Mapped[ConflictKind] = mapped_column(db.enum(ConflictKind))
    note = Personal()  # what somebody said who declared it
    note_sealed: Mapped[str | None] = mapped_column("note", sa.Text)
    found_at: Mapped[datetime] = mapped_column(default=clock.now)
    overruled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    overruled_at: Mapped[datetime | None]
    overruled_why = Personal()
    overruled_why_sealed: Mapped[str | None] = mapped_column("overruled_why", sa.Text)

    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("application_id", "user_id", "kind"),
        sa.CheckConstraint("overruled_at IS NULL OR kind = 'family_name'", name="only_a_name"),
        sa.CheckConstraint("(overruled_at IS NULL) = (overruled_by_id IS NULL)", name="overruled_by"),
        sa.CheckConstraint("overruled_by_id IS NULL OR overruled_by_id <> user_id", name="not_by_self"),
    )

    @property
    def stands(self) -> bool:
        """Whether it still keeps the person out."""
        return self.overruled_at is None


class Interest(db.Model):
    """Something about a vetter that may touch applications. Besides the school, only a keyed hash is kept."""

    __tablename__ = "vetter_interest"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("account_user.id"))
    kind: Mapped[InterestKind] = mapped_column(db.enum(InterestKind))
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    school: Mapped[Organisation | None] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("user_id", "kind", "fingerprint"),
        sa.UniqueConstraint("user_id", "school_id"),
        sa.CheckConstraint("(kind = 'school') = (school_id IS NOT NULL)", name="school"),
        sa.CheckConstraint("(kind = 'school') = (fingerprint IS NULL)", name="fingerprint"),
    )


class Party(db.Model):
    """Somebody beside the student who has a part in an application, by the keyed hash of their address."""

    __tablename__ = "application_party"

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    kind: Mapped[ConflictKind] = mapped_column(db.enum(ConflictKind), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64), primary_key=True)

    __table_args__ = (sa.CheckConstraint("kind IN ('referee', 'helper')", name="kind"),)

"""The trail and the seals that chain it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.kit import clock, db


class AuditEntry(db.Model):
    """One thing that somebody (or a job: no actor) did to a row."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_user.id"))
    action: Mapped[str] = mapped_column(sa.String(60))
    subject_type: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int] = mapped_column(db.Key)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)

    __table_args__ = (sa.Index("ix_audit_entry_subject", "subject_type", "subject_id"),)


class AuditSeal(db.Model):
    """The hash of one entry chained to the seal before it, made by a sweep so that no writer waits for another."""

    __tablename__ = "audit_seal"

    id: Mapped[int] = mapped_column(db.Key, primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_entry.id"), unique=True)
    hash: Mapped[str] = mapped_column(sa.String(64))


db.append_only(AuditEntry.__table__)  # type: ignore[arg-type]  # declared as FromClause, is a Table
db.append_only(AuditSeal.__table__)  # type: ignore[arg-type]  # the same

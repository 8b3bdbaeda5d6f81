"""Writing the trail, sealing it, checking it."""

import hashlib
import json
from typing import Any

import sqlalchemy as sa

from campaigns.audit.models import AuditEntry, AuditSeal
from campaigns.kit import db
from campaigns.kit.db import HasId
from campaigns.kit.queue import sweep

GENESIS = "0" * 64


def record(by: HasId | None, action: str, subject: HasId, **detail: Any) -> None:
    """Note that `by` (None for a job or a guest) did `action` to `subject`; `detail` holds no personal data."""
    db.session.flush()
    entry = AuditEntry(
        actor_id=by.id if by is not None else None,
        action=action,
        subject_type=type(subject).__name__.lower(),
        subject_id=subject.id,
        organisation_id=getattr(subject, "organisation_id", None),
        detail=detail,
    )
    db.session.add(entry)


@sweep
def seal() -> None:
    """Chain the entries that have no seal yet."""
    with db.transaction():
        if db.session.get_bind().dialect.name == "postgresql":
            db.session.execute(sa.text("SELECT pg_advisory_xact_lock(715)"))
        last = db.session.scalars(sa.select(AuditSeal.hash).order_by(AuditSeal.id.desc()).limit(1)).first() or GENESIS
        for entry in db.session.scalars(_unsealed()):
            last = chain(last, entry)
            db.session.add(AuditSeal(entry_id=entry.id, hash=last))
            db.session.flush()


def _unsealed() -> sa.Select[AuditEntry]:
    sealed = sa.exists().where(AuditSeal.entry_id == AuditEntry.id)
    return sa.select(AuditEntry).where(~sealed).order_by(AuditEntry.id).limit(1000)


def chain(previous: str, entry: AuditEntry) -> str:
    """The hash of an entry after the hash before it."""
    content = [
        previous,
        entry.id,
        entry.at.isoformat(),
        entry.actor_id,
        entry.action,
        entry.subject_type,
        entry.subject_id,
        entry.organisation_id,
        entry.detail,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def broken_seals() -> list[int]:
    """The ids of audit entries whose seal does not fit what the entry says or the seal before it."""
    rows = sa.select(AuditSeal, AuditEntry).outerjoin(AuditEntry, AuditSeal.entry_id == AuditEntry.id)
    broken, previous = [], GENESIS
    for seal, entry in db.session.execute(rows.order_by(AuditSeal.id).execution_options(yield_per=500)):
        if entry is None or chain(previous, entry) != seal.hash:
            broken.append(seal.entry_id)
        previous = seal.hash
    return broken

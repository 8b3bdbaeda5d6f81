"""Recomputing what asks keep as figures."""

import sqlalchemy as sa

from campaigns.ask import queries
from campaigns.ask.models import Ask, Signature
from campaigns.kit import db


def problems() -> list[str]:
    """Where an ask's number of signatures differs from the signatures that stand, one line each."""
    standing = sa.select(Signature.ask_id, sa.func.count().label("count")).where(queries.STANDING)
    counted = standing.group_by(Signature.ask_id).subquery()
    true = sa.func.coalesce(counted.c.count, 0)
    wrong = (
        sa.select(Ask.ref, Ask.signature_count, true)
        .join(counted, counted.c.ask_id == Ask.id, isouter=True)
        .where(Ask.signature_count != true)
        .order_by(Ask.id)
    )
    rows = db.session.execute(wrong)
    return [f"ask {ref}: {kept} signatures are kept, {found} stand" for ref, kept, found in rows]

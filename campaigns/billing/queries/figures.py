"""What does not fit together in documents: for `check`."""

from typing import Any

import sqlalchemy as sa

from campaigns.billing.models import BillingContent, BillingDocument, BillingLine
from campaigns.billing.queries import standing
from campaigns.kit import db


def gaps() -> "sa.Select[*tuple[Any, ...]]":
    """Series that are not numbered 1, 2, 3…: (community id, kind, year, last, how many)."""
    last, count = sa.func.max(BillingDocument.number), sa.func.count()
    series = (BillingDocument.organisation_id, BillingDocument.kind, BillingDocument.year)
    return sa.select(*series, last, count).group_by(*series).having(last != count)


def wrong_sums() -> "sa.Select[*tuple[Any, ...]]":
    """Documents that do not come to the sum of their lines: (document id, said, real)."""
    real = db.total(BillingLine.amount)
    return (
        sa.select(BillingDocument.id, BillingDocument.amount, real)
        .outerjoin(BillingLine, BillingLine.document_id == BillingDocument.id)
        .group_by(BillingDocument.id, BillingDocument.amount)
        .having(BillingDocument.amount != real)
    )


def over_credited() -> "sa.Select[*tuple[Any, ...]]":
    """Lines of invoices of which more was taken back than stood: (document id, instalment id, how much)."""
    lines = standing()
    return sa.select(lines.c.document_id, lines.c.instalment_id, -lines.c.amount).where(lines.c.amount < 0)


def invoiced_twice() -> "sa.Select[*tuple[Any, ...]]":
    """Instalments that stand on several invoices: (instalment id, how many)."""
    lines = standing()
    return (
        sa.select(lines.c.instalment_id, sa.func.count())
        .where(lines.c.amount > 0)
        .group_by(lines.c.instalment_id)
        .having(sa.func.count() > 1)
    )


def contents() -> "sa.Select[*tuple[Any, ...]]":
    """What is printed on each document, and what its hash was: (document id, hash, content)."""
    return (
        sa.select(BillingDocument.id, BillingDocument.content_hash, BillingContent.content)
        .outerjoin(BillingContent, BillingContent.document_id == BillingDocument.id)
        .order_by(BillingDocument.id)
    )

"""The one place where a document gets its number and is written down."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.billing import queries
from campaigns.billing.models import BillingContent, BillingDocument, BillingLine
from campaigns.billing.states import Kind
from campaigns.kit import clock, crypto, db, refs


def hold(organisation_id: int) -> Organisation:
    """The community; whoever else numbers a document for it waits until this transaction ends."""
    row = sa.select(Organisation).where(Organisation.id == organisation_id).with_for_update(key_share=True)
    return db.session.scalars(row).one()


def draft(
    kind: Kind,
    amounts: Mapping[int, int],
    *,
    organisation_id: int,
    currency: str,
    once: str,
    due_on: date | None,
    corrects: BillingDocument | None,
    by: User | None,
) -> BillingDocument:
    """The next document of a series, with its number and a line for each instalment; the caller holds the community."""
    year = clock.today().year
    last = db.session.scalar(queries.last_number(organisation_id, kind, year)) or 0
    return BillingDocument(
        ref=refs.random_ref(12),
        once=once,
        organisation_id=organisation_id,
        kind=kind,
        year=year,
        number=last + 1,
        amount=sum(amounts.values()),
        currency=currency,
        due_on=due_on,
        corrects_id=corrects.id if corrects is not None else None,
        issued_at=clock.now(),
        issued_by_id=by.id if by is not None else None,
        lines=[
            BillingLine(number=number, instalment_id=instalment_id, amount=amount)
            for number, (instalment_id, amount) in enumerate(amounts.items(), start=1)
        ],
    )


def write(document: BillingDocument, content: dict[str, Any], *, by: User | None) -> BillingDocument:
    """Write a draft down with what is printed on it; from here on neither changes."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    document.content_hash = crypto.digest(text)
    db.session.add(BillingContent(document=document, content=text))
    db.session.add(document)
    db.session.flush()
    audit.record(by, f"document.{document.kind.value}_issued", document, label=document.label, amount=document.amount)
    return document

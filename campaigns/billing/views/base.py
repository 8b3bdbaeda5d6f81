"""What the pages of documents share."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response

from campaigns.billing import queries, rules
from campaigns.billing.models import BillingDocument
from campaigns.billing.states import label
from campaigns.kit import db, links, web
from campaigns.pledge.models import Instalment, Pledge

blueprint = Blueprint("billing", __name__)


@blueprint.app_template_global()
def documents_of(pledge_id: int) -> Sequence[BillingDocument]:
    """The documents that say something of a pledge, for the pledge's own page."""
    mine = sa.select(Pledge.id).where(Pledge.id == pledge_id)
    return db.session.scalars(queries.of_pledges(mine).limit(50)).all()


@blueprint.app_template_global()
def document_url(document: BillingDocument) -> str:
    """The address of a document for its sponsor."""
    return links.url("billing.document", ref=document.ref, k=links.sign("document", document.ref))


@blueprint.app_template_global()
def label_of(row: Any) -> str:
    """The number of a listed document as printed."""
    return label(row.kind, row.year, row.number)


def invoiced(instalments: Sequence[Instalment]) -> set[int]:
    """Those of these instalments that stand on an invoice."""
    rows = db.session.execute(queries.invoiced({each.pledge_id for each in instalments}))
    return {row.instalment_id for row in rows}


def download(document: BillingDocument) -> Response:
    """A document's PDF."""
    return web.attachment(rules.pdf(document), "application/pdf", f"{document.label}.pdf")

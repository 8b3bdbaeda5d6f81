"""Mailing a document to its sponsor."""

from campaigns.account.models import Organisation
from campaigns.billing import queries
from campaigns.billing.models import BillingDocument
from campaigns.billing.words import said
from campaigns.kit import db, links
from campaigns.notice import rules as notice
from campaigns.pledge.rules.own import page_of


def tell(document: BillingDocument) -> None:
    """Mail the sponsor that there is a new document, with links to it."""
    email, name, pledge_ref = db.session.execute(queries.mailed_to(document.id)).one()
    key = links.sign("document", document.ref)
    notice.send(
        email,
        "billing/mail/issued",
        key=f"document.issued:{document.id}",
        name=name,
        what=said(document.kind.value, "en"),
        document=document,
        community_name=db.session.get_one(Organisation, document.organisation_id).name,
        url=links.url("billing.document", ref=document.ref, k=key),
        pdf_url=links.url("billing.document_pdf", ref=document.ref, k=key),
        pledge_url=page_of(pledge_ref),
    )

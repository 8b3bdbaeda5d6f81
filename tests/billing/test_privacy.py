"""Whose documents they are: told to the address, kept for the books when it is forgotten, sealed at rest."""

import sqlalchemy as sa

from campaigns.billing.rules import check
from campaigns.cli import rotate_keys
from campaigns.kit import db
from campaigns.payment.queries import papers
from campaigns.report.rules import addresses
from tests.billing.conftest import text_of


def test_an_address_is_told_the_words_of_its_documents(bill, pledge):
    invoice = bill(pledge, po_number="4500012345")
    rows = addresses.told_of(pledge.email)["tables"]["billing_document"]["rows"]

    assert [row["number"] for row in rows] == [invoice.label]
    assert "4500012345" in str(rows)
    assert addresses.told_of("stranger@example.org")["tables"]["billing_document"]["rows"] == []


def test_a_forgotten_address_leaves_its_invoice_to_the_books(bill, pledge):
    invoice, address = bill(pledge), pledge.email
    before = text_of(invoice)
    addresses.forget(address)
    db.session.commit()

    assert text_of(invoice) == before
    assert check.problems() == []
    assert db.session.scalars(papers.of_address(address)).all() == []


def test_what_is_printed_is_sealed_at_rest_and_sealed_anew_when_keys_are(bill, pledge):
    bill(pledge)
    stored = db.session.scalar(sa.text("SELECT content FROM billing_content"))

    assert "Meridian" not in stored
    assert "billing_content.content" in {part.what for part in rotate_keys.parts()}

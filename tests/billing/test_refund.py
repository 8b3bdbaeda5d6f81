"""Money that goes back after it was invoiced, receipted and paid: the paper follows."""

import pytest

from campaigns.billing.models import BillingDocument
from campaigns.billing.rules.credit import credit_what_ended
from campaigns.billing.states import Kind
from campaigns.cli import check
from campaigns.kit import clock, db, links
from campaigns.kit.money import Money
from campaigns.payment.models import CreditNote, Receipt
from campaigns.payment.queries import papers
from campaigns.payment.rules import refunds
from campaigns.payment.rules.papers import statement as rules
from campaigns.payment.rules.refunds import Wish
from campaigns.payment.states import RefundReason
from campaigns.pledge.states import Method


@pytest.fixture
def given_back(cards, bill, legal, a_campaign, a_pledge, tomas):
    """€20 of €50 that were invoiced and paid by card went back."""
    pledge = a_pledge(a_campaign(), 50_00, method=Method.CARD)
    bill(pledge)
    cards.pay(pledge)
    tomas.second_factor = tomas.reauthenticated = True
    wish = Wish(Money(20_00, "EUR"), RefundReason.SPONSOR_ASKED)
    made = refunds.ask(db.session.query(Receipt).one(), wish, once="a", by=tomas)
    db.session.commit()
    refunds.send(made.id)
    return pledge


def test_what_corrects_a_receipt_is_a_page_and_a_file(client, given_back):
    note, key = db.session.query(CreditNote).one(), links.sign("pledge", given_back.ref)
    path = f"/p/{given_back.ref}/credit-notes/{note.year}-{note.number}"
    page = client.get(f"{path}?k={key}").text
    file = client.get(f"{path}.pdf?k={key}")

    assert note.label in page
    assert "€20.00" in page
    assert "This corrects Receipt" in page
    assert file.headers["Content-Disposition"] == f'attachment; filename="{note.label}.pdf"'
    assert file.data.startswith(b"%PDF")
    assert path in client.get(f"/p/{given_back.ref}?k={key}").text


def test_nobody_reads_it_without_the_pledges_link(client, given_back):
    note = db.session.query(CreditNote).one()
    path = f"/p/{given_back.ref}/credit-notes/{note.year}-{note.number}"

    assert client.get(path).status_code == 404
    assert client.get(f"{path}.pdf?k={links.sign('pledge', 'AAAAAAAA')}").status_code == 404


def test_a_refund_is_taken_off_the_invoice_and_told_in_the_year(given_back):
    email, invoice = given_back.email, db.session.query(BillingDocument.id).scalar()
    credit_what_ended()
    credit_what_ended()

    note = db.session.query(BillingDocument).filter_by(kind=Kind.CREDIT_NOTE).one()
    assert (note.corrects_id, note.amount) == (invoice, 20_00)
    assert rules.statement(papers.of_address(email), clock.today().year, email).totals == {"EUR": (50_00, 20_00)}
    db.session.rollback()
    assert check.problems() == []

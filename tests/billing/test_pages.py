"""The pages: a sponsor asks and reads by signed link, the team lists, issues and cancels."""

import pytest

from campaigns.billing.models import BillingDocument
from campaigns.billing.states import Kind
from campaigns.kit import db, links
from campaigns.pledge import queries as pledges
from campaigns.pledge import rules as pledge_rules
from tests.billing.conftest import lines_of
from tests.cast.browser import hidden_fields, submit
from tests.cast.queries import counting

ENTITY = {"name": "Meridian Freight GmbH", "address": "Am Kai 9\n20457 Hamburg", "country": "DE", "lang": "en"}


def own(pledge, key=None):
    return f"/p/{pledge.ref}/invoice?k={key or links.sign('pledge', pledge.ref)}"


def page_of(document):
    return f"/documents/{document.ref}?k={links.sign('document', document.ref)}"


def filled(pledge, **changes):
    chosen = {"instalments": [each.id for each in lines_of(pledge)], "kind": "invoice", "days": "30"}
    return ENTITY | chosen | changes


def only():
    return db.session.query(BillingDocument).one()


def test_a_sponsor_asks_on_the_pledges_page_and_reads_it_at_once(client, pledge):
    shown = client.get(f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}")
    assert f"/p/{pledge.ref}/invoice?k=" in shown.text

    answer = submit(client, own(pledge), **filled(pledge, po_number="4500012345"), follow=True)
    assert answer.status_code == 200
    assert f"Invoice {only().label}" in answer.text
    assert "4500012345" in answer.text
    assert only().label in client.get(f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}").text


def test_a_double_click_makes_one(client, pledge):
    shown = client.get(own(pledge))
    data = hidden_fields(shown.text) | filled(pledge)
    first, second = (client.post(own(pledge), data=data) for _ in range(2))
    assert first.location == second.location
    assert only()


def test_a_wrong_tax_number_is_said_at_its_field_and_nothing_typed_is_lost(client, pledge):
    answer = submit(client, own(pledge), **filled(pledge, tax_id="DE136695977", po_number="PO 77"))

    assert answer.status_code == 422
    assert 'id="tax_id-error"' in answer.text
    assert "Am Kai 9" in answer.text
    assert "PO 77" in answer.text
    assert db.session.query(BillingDocument).count() == 0


def test_what_is_not_offered_cannot_be_chosen(client, pledge, a_campaign, a_pledge):
    other = filled(a_pledge(a_campaign(), 20_00))["instalments"]
    answer = submit(client, own(pledge), **filled(pledge, instalments=other))

    assert answer.status_code == 422
    assert db.session.query(BillingDocument).count() == 0


def test_without_its_link_nobody_asks_or_reads(client, bill, pledge, a_campaign, a_pledge):
    invoice, other = bill(pledge), a_pledge(a_campaign(), 20_00)
    wrong = links.sign("pledge", other.ref)

    for url in (
        own(pledge, wrong), f"/documents/{invoice.ref}", f"/documents/{invoice.ref}.pdf?k={wrong}",
        f"/documents/{invoice.ref}?k={links.sign('pledge', invoice.ref)}",
    ):  # fmt: skip
        assert client.get(url).status_code == 404


def test_the_page_says_that_a_credit_note_corrects_it(client, bill, pledge, tomas, sign_in):
    invoice = bill(pledge)
    submit(sign_in(tomas), f"/a/lantern/money/documents/{invoice.ref}/cancel", reason="Wrong order number")

    assert "CR-" in client.get(page_of(invoice)).text


def test_an_arabic_document_is_read_from_the_right(client, bill, pledge):
    text = client.get(page_of(bill(pledge, lang="ar"))).text
    assert '<article class="paper" lang="ar" dir="rtl"' in text
    assert '<html lang="en" dir="ltr">' in text


def test_a_document_is_a_pdf_to_download(client, bill, pledge):
    invoice = bill(pledge)
    answer = client.get(f"/documents/{invoice.ref}.pdf?k={links.sign('document', invoice.ref)}")

    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{invoice.label}.pdf"'
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_treasurer_issues_one_for_all_pledges_of_a_sponsor(sign_in, tomas, pledge, a_campaign, a_pledge):
    other = a_pledge(a_campaign(), 20_00)
    ids = filled(pledge)["instalments"] + filled(other)["instalments"]
    url = f"/a/lantern/money/documents/new/{pledge.ref}"
    answer = submit(sign_in(tomas), url, **filled(pledge, instalments=ids), follow=True)

    assert answer.status_code == 200
    assert only().amount == 520_00
    assert only().issued_by_id == tomas.id


def test_the_list_asks_the_database_as_often_for_many_as_for_one(sign_in, tomas, bill, pledge, a_campaign, a_pledge):
    browser, url = sign_in(tomas), "/a/lantern/money/documents"
    bill(pledge)
    browser.get(url)
    with counting() as one:
        assert browser.get(url).status_code == 200
    for each in range(3):
        bill(a_pledge(a_campaign(), 20_00, email=f"s{each}@example.org"))
    with counting() as many:
        text = browser.get(url).text

    assert len(many) == len(one)
    assert "INV-" in text
    assert "Meridian Freight" in text


def test_the_list_shows_one_kind_alone(sign_in, tomas, bill, pledge):
    bill(pledge), bill(pledge, kind=Kind.QUOTE)
    text = sign_in(tomas).get("/a/lantern/money/documents?kind=quote").text

    assert ">Q-" in text
    assert ">INV-" not in text


def test_an_empty_list_says_what_to_do(sign_in, tomas, lantern):
    text = sign_in(tomas).get("/a/lantern/money/documents").text
    assert "No documents here yet" in text
    assert "legal name and address first" in text


@pytest.mark.parametrize("page", ["", ".pdf", "/cancel"])
def test_another_communitys_documents_are_not_there(sign_in, otto, bill, pledge, page):
    invoice = bill(pledge)
    browser = sign_in(otto)

    assert browser.get(f"/a/lantern/money/documents/{invoice.ref}{page}").status_code == 404
    assert browser.get(f"/a/harbour/money/documents/{invoice.ref}{page}").status_code in {403, 404}


def test_what_is_invoiced_already_is_offered_unticked_and_says_so(sign_in, tomas, bill, pledge, a_campaign, a_pledge):
    bill(pledge)
    other = a_pledge(a_campaign(), 20_00)
    text = sign_in(tomas).get(f"/a/lantern/money/documents/new/{pledge.ref}").text

    assert text.count("on an invoice already") == 1
    assert text.count("checked") == 1 + 3  # the other payment; kind, days and language
    assert lines_of(other)[0].reference in text


def test_a_pledge_that_came_to_nothing_offers_no_invoice(client, pledge):
    pledge_rules.withdraw(db.session.scalars(pledges.whole(pledge.id)).one(), "Changed our minds")
    db.session.commit()

    assert "Ask for an invoice" not in client.get(f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}").text
    assert "There is nothing to write an invoice for" in client.get(own(pledge)).text

"""Papers as pages: for a screen reader, on a small phone, from right to left, and printed."""

import pytest

from campaigns.billing import queries, rules
from campaigns.billing.rules import BillTo, Order
from campaigns.billing.states import Kind
from campaigns.community.models import CommunityLegal
from campaigns.kit import crypto, db, links
from campaigns.payment.rules.papers import statement
from campaigns.pledge.models import Instalment

pytestmark = pytest.mark.browser
TO = BillTo("Meridian Freight GmbH", "Am Kai 9\n20457 Hamburg", "DE")


@pytest.fixture
def papers(lantern, a_campaign, a_pledge):
    """The addresses of a pledge's invoice form, of an invoice in English and in Arabic, and of a sponsor's years."""
    db.session.add(
        CommunityLegal(organisation_id=lantern.id, legal_name="Lantern e.V.", address="Hafenstraße 3", country="DE")
    )
    campaign = a_campaign()
    made = {lang: a_pledge(campaign, 20_00) for lang in ("en", "ar")}
    token = links.issue(statement.LINK, 0, lasts=statement.LASTS, payload={"email": "petra@example.org"})
    paths = [f"/p/{made['en'].ref}/invoice?k={links.sign('pledge', made['en'].ref)}", f"/statements/{token}/2026"]
    for lang, pledge in made.items():
        ids = [each.id for each in db.session.query(Instalment).filter_by(pledge_id=pledge.id)]
        document = rules.issue(Kind.INVOICE, ids, Order(TO, "4500012345", lang=lang), once=crypto.token(), by=None)
        paths.append(f"/documents/{document.ref}?k={links.sign('document', document.ref)}")
    db.session.commit()
    assert db.session.scalars(queries.by_ref(document.ref)).one()
    return paths


@pytest.mark.parametrize("width", [320, 1280])
def test_they_are_read_by_everybody_and_keep_within_the_window(papers, sight):
    page = sight.window(scripts=False).new_page()
    sight.watch(page)
    for path in papers:
        page.goto(path)
        sight.take_in(page, scripts=False)

    assert sight.faults == []
    assert sight.pages == len(papers)


def test_printed_a_document_is_the_document_alone(papers, sight):
    page = sight.window(scripts=False).new_page()
    page.goto(papers[-1])
    page.emulate_media(media="print")

    assert page.locator("article.paper h1").is_visible()
    assert not page.locator(".top nav").first.is_visible()
    assert not page.locator("a.button").first.is_visible()

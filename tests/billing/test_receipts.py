"""Receipts by the law of the community's country, kept as it had told when the money came."""

import io

import pypdf
import pytest

from campaigns.community.models import CommunityLegal
from campaigns.kit import db, links
from campaigns.kit.money import Money
from campaigns.payment.models import Receipt
from campaigns.payment.rules.receive import receive
from campaigns.pledge import queries
from tests.billing.conftest import set_up


@pytest.fixture
def paid(lantern, a_campaign, a_pledge):
    """A pledge of €50.00 that is paid."""

    def make(**about):
        pledge = a_pledge(a_campaign(), 50_00, **about)
        instalment = db.session.scalars(queries.whole(pledge.id)).one().instalments[0]
        cause = ("payment", f"bank:{pledge.ref}")
        receive(instalment, Money(50_00, "EUR"), source=f"bank:{lantern.id}:EUR", cause=cause, by=None)
        db.session.commit()
        return pledge

    return make


def page(client, pledge, ending=""):
    return client.get(f"/p/{pledge.ref}/receipt/1{ending}?k={links.sign('pledge', pledge.ref)}")


def test_a_community_that_told_nothing_receipts_as_before(client, paid):
    text = page(client, paid()).text

    assert "Whether it lowers your tax depends on the law where you live." in text
    assert db.session.query(Receipt).one().terms is None


def test_a_deductible_one_says_by_which_notice_and_where(client, lantern, paid):
    set_up(lantern, deductible=True, deductible_text="Notice 17/420 of the Finanzamt")
    text = page(client, paid()).text

    assert "For tax purposes in Germany: Notice 17/420 of the Finanzamt" in text
    assert "Hafenstraße 3" in text
    assert "VR 1234" in text


def test_another_says_that_it_is_none_for_tax(client, legal, paid):
    text = page(client, paid()).text

    assert "It is no receipt for tax purposes in Germany." in text
    assert "For tax purposes in Germany:" not in text


@pytest.mark.parametrize(
    ("country", "sentence"), [("US", "No goods or services"), ("CA", "canada.ca/charities-giving")]
)
def test_a_tax_office_that_wants_words_of_its_own_gets_them(client, lantern, paid, country, sentence):
    set_up(lantern, country=country, tax_id="", deductible=True, deductible_text="501(c)(3)")
    assert sentence in page(client, paid()).text


def test_what_was_issued_stays_when_the_community_tells_otherwise(client, legal, lantern, paid):
    pledge = paid()
    before = page(client, pledge, ".pdf").data
    told = db.session.get_one(CommunityLegal, lantern.id)
    told.deductible, told.deductible_text, told.address = True, "Notice", "Elsewhere 1"
    db.session.commit()

    assert page(client, pledge, ".pdf").data == before


def test_one_in_arabic_runs_from_the_right(client, lantern, paid):
    set_up(lantern, lang="ar", country="EG", tax_id="")
    pledge = paid(name="نور الهدى")

    assert '<article class="paper" lang="ar" dir="rtl"' in page(client, pledge).text
    reader = pypdf.PdfReader(io.BytesIO(page(client, pledge, ".pdf").data))
    assert reader.trailer["/Root"]["/Lang"] == "ar"
    assert any("DejaVu" in str(font.get_object()) for font in reader.pages[0]["/Resources"]["/Font"].values())


def test_the_pledges_page_leads_to_it(client, paid):
    pledge = paid()
    text = client.get(f"/p/{pledge.ref}?k={links.sign('pledge', pledge.ref)}").text

    assert f"/p/{pledge.ref}/receipt/1?k=" in text

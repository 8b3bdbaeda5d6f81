"""What a community is before the law, as its treasurer tells it."""

import pytest

from campaigns.community.models import CommunityLegal
from campaigns.community.rules import Legal, describe_legal
from campaigns.community.rules.legal import Incomplete, LongAddress, NoReason
from campaigns.kit import db
from campaigns.kit.tax_ids import BadTaxId, tax_id
from tests.cast.browser import submit

TOLD = Legal("Lantern  e.V.", "Hafenstraße 3\n\n 20459 Hamburg ", "DE", "VR 1234", "136 695 976")
URL = "/a/lantern/settings/legal"


def test_a_treasurer_tells_it_and_it_is_kept_tidily(lantern, tomas):
    legal = describe_legal(lantern, TOLD, by=tomas)

    assert (legal.legal_name, legal.address, legal.tax_id) == (
        "Lantern e.V.", "Hafenstraße 3\n20459 Hamburg", "DE136695976",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"address": " \n"}, Incomplete),
        ({"address": "\n".join("abcdefg")}, LongAddress),
        ({"tax_id": "DE136695977"}, BadTaxId),
        ({"deductible": True, "deductible_text": "  "}, NoReason),
    ],
    ids=["no address", "a long address", "a wrong digit", "no notice"],
)
def test_what_is_incomplete_is_refused(lantern, tomas, changes, refusal):
    with pytest.raises(refusal):
        describe_legal(lantern, TOLD._replace(**changes), by=tomas)


def test_the_page_shows_a_refusal_at_its_field(sign_in, lantern, tomas):
    given = TOLD._asdict() | {"tax_id": "DE136695977", "deductible": ""}
    answer = submit(sign_in(tomas), URL, **{name: value for name, value in given.items() if value})

    assert answer.status_code == 422
    assert 'id="tax_id-error"' in answer.text


def test_the_page_keeps_what_was_told(sign_in, lantern, tomas):
    given = TOLD._asdict() | {"deductible": "y", "deductible_text": "Notice 17/420"}
    browser = sign_in(tomas)

    assert submit(browser, URL, **given).status_code == 303
    assert db.session.get(CommunityLegal, lantern.id).deductible
    assert "Notice 17/420" in browser.get(URL).text


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("DE 136,695 976", "DE", "DE136695976"),
        ("151/815/08156", "DE", "15181508156"),
        ("EL 094259216", "GR", "EL094259216"),
        ("P051365947M", "KE", "P051365947M"),
        ("91-1144442", "US", "911144442"),
        ("TIN 1000 123", "UG", "TIN 1000 123"),
        ("", "DE", ""),
    ],
)
def test_a_tax_number_has_one_spelling(typed, country, kept):
    assert tax_id(typed, country) == kept


@pytest.mark.parametrize(("typed", "country"), [("GB980780685", "GB"), ("x" * 31, "UG"), ("a\x07b", "UG")])
def test_what_is_no_tax_number_is_refused(typed, country):
    with pytest.raises(BadTaxId):
        tax_id(typed, country)

"""The sponsor's receipt as a PDF, for whoever holds the pledge's link."""

import re
import zlib

import pytest

from campaigns.kit import db, links
from campaigns.kit.money import Money
from campaigns.payment.models import Receipt
from campaigns.payment.rules.receive import receive
from campaigns.pledge import queries


@pytest.fixture
def paid(lantern, a_campaign, a_pledge):
    """A pledge of €50.00 for which this much arrived."""

    def make(amount=50_00, **about):
        pledge = a_pledge(a_campaign(), 50_00, **about)
        instalment = db.session.scalars(queries.whole(pledge.id)).one().instalments[0]
        cause = ("payment", f"bank:{pledge.ref}")
        receive(instalment, Money(amount, "EUR"), source=f"bank:{lantern.id}:EUR", cause=cause, by=None)
        db.session.commit()
        return pledge

    return make


def url(pledge, number=1, key=None):
    return f"/p/{pledge.ref}/receipt/{number}.pdf?k={key or links.sign('pledge', pledge.ref)}"


def test_the_receipt_is_a_pdf_to_download(client, paid):
    answer = client.get(url(paid()))

    label = db.session.query(Receipt).one().label
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="receipt-{label}.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_same_receipt_is_the_same_file_each_time(client, paid):
    pledge = paid()

    assert client.get(url(pledge)).data == client.get(url(pledge)).data


def test_the_receipt_names_its_number_in_its_title(client, paid):
    data = client.get(url(paid())).data
    label = db.session.query(Receipt).one().label

    assert label.encode("utf-16-be") in data or f"Receipt {label}".encode() in data
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    assert any(zlib.decompress(stream) for stream in streams if stream.startswith(b"x"))


@pytest.mark.parametrize("name", ["Ngũgĩ wa Thiong’o", "نور الهدى", "王小明", "A" * 120, "<b>&amp;"])
def test_a_sponsor_of_any_name_gets_a_receipt(client, paid, name):
    assert client.get(url(paid(name=name))).data.startswith(b"%PDF-")


def test_without_the_link_there_is_no_receipt(client, paid):
    pledge = paid()

    assert client.get(f"/p/{pledge.ref}/receipt/1.pdf").status_code == 404
    assert client.get(url(pledge, key="x")).status_code == 404
    assert client.get(url(pledge, key=links.sign("pledge.sent", pledge.ref))).status_code == 404


def test_the_link_of_another_pledge_opens_no_receipt(client, paid):
    mine, other = paid(), paid()

    assert client.get(url(mine, key=links.sign("pledge", other.ref))).status_code == 404


@pytest.mark.parametrize("number", [0, 2, 99999999999, 10**30])
def test_an_instalment_without_a_payment_has_no_receipt(client, paid, number):
    assert client.get(url(paid(), number)).status_code == 404


def test_each_part_of_a_short_payment_has_a_receipt_of_its_own(client, paid, lantern):
    pledge = paid(20_00)
    rest = db.session.scalars(queries.whole(pledge.id)).one().instalments[1]
    cause = ("payment", "bank:rest")
    receive(rest, Money(30_00, "EUR"), source=f"bank:{lantern.id}:EUR", cause=cause, by=None)
    db.session.commit()

    first, second = client.get(url(pledge, 1)), client.get(url(pledge, 2))
    assert first.data.startswith(b"%PDF-")
    assert second.data.startswith(b"%PDF-")
    assert first.headers["Content-Disposition"] != second.headers["Content-Disposition"]

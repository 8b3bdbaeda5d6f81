"""The invoice for machines inside the PDF."""

import io

import pypdf
import pytest
from facturx import get_level, get_xml_from_pdf, xml_check_xsd
from lxml import etree

from campaigns.billing import rules
from campaigns.billing.states import Kind

RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"


def inside(document):
    name, xml = get_xml_from_pdf(rules.pdf(document), check_xsd=True)
    return name, etree.fromstring(xml)


def values(xml, tag):
    return [each.text for each in xml.iter(f"{RAM}{tag}")]


def test_an_invoice_carries_factur_x_that_the_schema_accepts(bill, pledge):
    name, xml = inside(bill(pledge, po_number="4500012345"))

    assert name == "factur-x.xml"
    assert get_level(xml, "factur-x") == "en16931"
    assert xml_check_xsd(etree.tostring(xml), flavor="factur-x", level="en16931")
    assert values(xml, "DuePayableAmount") == ["500.00"]
    assert "4500012345" in values(xml, "IssuerAssignedID")
    assert values(xml, "CategoryCode") == ["O", "O"]


def test_so_does_a_credit_note_and_it_names_the_invoice(bill, pledge, tomas):
    invoice = bill(pledge)
    note = rules.cancel(invoice, "Wrong <order> & number", once="c", by=tomas)
    _, xml = inside(note)

    assert "381" in values(xml, "TypeCode")
    assert invoice.label in values(xml, "IssuerAssignedID")


def test_the_pdf_says_that_it_is_pdf_a_3_and_what_it_carries(bill, pledge):
    reader = pypdf.PdfReader(io.BytesIO(rules.pdf(bill(pledge))))
    told = reader.xmp_metadata.stream.get_data().decode()

    assert "<pdfaid:part>3</pdfaid:part>" in told
    assert "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in told
    assert "/OutputIntents" in reader.trailer["/Root"]
    assert reader.trailer["/Root"]["/AF"][0].get_object()["/AFRelationship"] == "/Alternative"


def test_the_same_invoice_is_the_same_file_each_time(bill, pledge):
    invoice = bill(pledge)
    assert rules.pdf(invoice) == rules.pdf(invoice)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_it_is_written_in_either_language(bill, pledge, lang):
    reader = pypdf.PdfReader(io.BytesIO(rules.pdf(bill(pledge, lang=lang))))
    assert reader.trailer["/Root"]["/Lang"] == lang


def test_a_quote_is_for_people_alone(bill, pledge):
    reader = pypdf.PdfReader(io.BytesIO(rules.pdf(bill(pledge, kind=Kind.QUOTE))))
    assert dict(reader.attachments) == {}


def test_without_a_number_of_the_seller_the_norm_has_no_words(bill, pledge, legal):
    legal.registration = legal.tax_id = ""
    reader = pypdf.PdfReader(io.BytesIO(rules.pdf(bill(pledge))))

    assert dict(reader.attachments) == {}

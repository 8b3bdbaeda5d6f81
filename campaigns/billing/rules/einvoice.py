"""An invoice for machines: the XML of Factur-X 1.0 / ZUGFeRD 2 (EN 16931), and how a PDF says that it carries it."""

from datetime import date
from importlib import import_module
from types import ModuleType
from typing import Any

from lxml import etree

from campaigns.billing.models import BillingDocument
from campaigns.billing.states import Kind
from campaigns.kit.amounts import digits
from campaigns.kit.money import Money
from campaigns.kit.pdf import Attached

NAME = "factur-x.xml"
LEVEL = "en16931"
TYPES = {Kind.INVOICE: "380", Kind.CREDIT_NOTE: "381"}  # UNTDID 1001
SEPA, TRANSFER = "58", "30"  # UNTDID 4461
NOT_SUBJECT = {"category": "O", "code": "VATEX-EU-O", "text": "Not subject to VAT"}
ONE = "C62"  # UN/ECE Recommendation 20: a piece

Data = dict[str, Any]


def can_say(document: BillingDocument, data: Data) -> bool:
    """Whether the norm has words for this document: no quotes, two decimals, and a seller known by a number."""
    issuer = data["issuer"]
    return (
        document.kind in TYPES and digits(document.currency) <= 2 and bool(issuer["registration"] or issuer["tax_id"])
    )


def attached(document: BillingDocument, data: Data, paper: Data) -> Attached:
    """The file to put into the document's PDF."""
    return Attached(NAME, "text/xml", xml(document, data), _xmp(paper))


def xml(document: BillingDocument, data: Data) -> bytes:
    """The document as Cross Industry Invoice, valid against the schema of its level."""
    told = _head(document, data) | _parties(data) | _payment(document, data) | _sums(document, data)
    told["BG-25"] = [_line(number, line, document.currency) for number, line in enumerate(data["lines"], start=1)]
    made: bytes = _facturx().generate_xml(told, level=LEVEL, check_xsd=True, check_schematron=False)
    return made


def _facturx() -> ModuleType:
    """Loaded with the first invoice: it takes 13 MB and a tenth of a second, which most processes never need."""
    return import_module("facturx")


def _head(document: BillingDocument, data: Data) -> Data:
    head: Data = {
        "BT-1": document.label,
        "BT-2": document.issued_at.date(),
        "BT-3": TYPES[document.kind],
        "BT-72": document.issued_at.date(),  # the schema wants a delivery: what is given is given when it is said
        "BT-5": document.currency,
    }
    if data["po_number"]:
        head["BT-13"] = data["po_number"]
    if data.get("corrects"):
        before = data["corrects"]
        head["BG-3"] = [{"BT-25": before["label"], "BT-26": date.fromisoformat(before["day"])}]
    return head


def _parties(data: Data) -> Data:
    issuer, to = data["issuer"], data["to"]
    seller = _party(issuer) | {"legal_identifier": issuer["registration"] or issuer["tax_id"]}
    if issuer["tax_id"]:
        seller["tax_identifier"] = issuer["tax_id"]
    # Where nothing is subject to VAT, the norm wants no VAT number of either (BR-O-2).
    buyer = _party(to) | ({"legal_identifier": to["tax_id"]} if to["tax_id"] else {})
    return {"BG-4": seller, "BG-7": buyer}


def _party(party: Data) -> Data:
    first, *rest = party["address"].splitlines()
    lines = {"addr_l1": first, "addr_l2": rest[0] if rest else "", "addr_l3": ", ".join(rest[1:])}
    return {"name": party["name"], "country_code": party["country"]} | {
        key: line for key, line in lines.items() if line
    }


def _payment(document: BillingDocument, data: Data) -> Data:
    if document.kind is Kind.CREDIT_NOTE:
        return {"BT-20": data["reason"]}
    told: Data = {"BT-9": document.due_on}
    bank = data["bank"]
    if bank:
        told |= {
            "BT-81": SEPA if document.currency == "EUR" else TRANSFER,
            "BT-84": bank["iban"],
            "BT-85": bank["payee"],
        }
        told |= {"BT-86": bank["bic"]} if bank["bic"] else {}
    if len(data["lines"]) == 1:
        told["BT-83"] = data["lines"][0]["reference"]
    return told


def _sums(document: BillingDocument, data: Data) -> Data:
    total, zero = _decimal(document.amount, document.currency), _decimal(0, document.currency)
    vat = {
        "BT-116": total,
        "BT-117": zero,
        "BT-118": NOT_SUBJECT["category"],
        "BT-120": NOT_SUBJECT["text"],
        "BT-121": NOT_SUBJECT["code"],
    }
    return {
        "BG-23": [vat],
        "BT-106": total,
        "BT-109": total,
        "BT-110": zero,
        "BT-112": total,
        "BT-113": _decimal(data["paid"], document.currency),
        "BT-115": _decimal(document.amount - data["paid"], document.currency),
    }


def _line(number: int, line: Data, currency: str) -> Data:
    amount = _decimal(line["amount"], currency)
    return {
        "BT-126": str(number),
        "BT-129": "1",
        "BT-130": ONE,
        "BT-131": amount,
        "BT-146": amount,
        "BT-151": NOT_SUBJECT["category"],
        "BT-153": line["label"],
        "BT-154": line["reference"],
    }


def _decimal(minor: int, currency: str) -> str:
    return Money(minor, currency).major


def _xmp(paper: Data) -> str:
    told = {
        "pdfa3_flavor": "B",
        "title": paper["title"],
        "author": paper["issuer"],
        "subject": paper["title"],
        "producer": "Vouch",
        "creator_tool": "Vouch",
        "timestamp": paper["created"],
        "version": "1.0",
        "documenttype": "INVOICE",
        "xml_filename": NAME,
        "xmp_level": "EN 16931",
        "urn": "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
    }
    return str(etree.tostring(_facturx().generate_xmp_object(told), encoding="unicode"))

"""What is printed on a document: put into words once, when it is issued, and read from there ever after."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from babel import Locale
from stdnum import iban as ibans

from campaigns.billing import queries
from campaigns.billing.models import BillingDocument
from campaigns.billing.rules import einvoice
from campaigns.billing.states import Kind
from campaigns.billing.words import said
from campaigns.community.models import Community, CommunityLegal
from campaigns.kit import db, paper
from campaigns.kit.money import Money
from campaigns.kit.paper import Paper
from campaigns.pledge.models import Instalment
from campaigns.pledge.states import InstalmentState

Content = dict[str, Any]


def read(document: BillingDocument) -> Paper:
    """A document as it was issued."""
    return Paper.read(content_of(document)["paper"])


def pdf(document: BillingDocument) -> bytes:
    """A document as it was issued, as PDF; an invoice or a credit note for one carries its Factur-X XML inside."""
    return pdf_of(document, content_of(document))


def pdf_of(document: BillingDocument, content: Content) -> bytes:
    """The same, where its content has been read already."""
    attached = None
    if einvoice.can_say(document, content["data"]):
        attached = einvoice.attached(document, content["data"], content["paper"])
    return Paper.read(content["paper"]).pdf(attached)


def content_of(document: BillingDocument) -> Content:
    """What was kept of a document when it was issued: its `paper`, and its `data` for machines."""
    kept = db.session.scalars(queries.content_of(document.id)).one()
    content: Content = json.loads(kept)
    return content


def for_order(
    document: BillingDocument, lines: Sequence[Instalment], order: Any, community: Community, legal: CommunityLegal
) -> Content:
    """The content of a quote or an invoice."""
    lang, paid = order.lang, sum(each.amount for each in lines if each.state is InstalmentState.PAID)
    data: Content = {
        "issuer": _issuer(legal),
        "to": {name: getattr(order.bill_to, name) for name in ("name", "address", "country", "tax_id")},
        "po_number": order.po_number,
        "days": order.days,
        "paid": paid if document.kind is Kind.INVOICE else 0,
        "lines": [_line(each, lang) for each in lines],
        "bank": _bank(community),
    }
    return {"paper": _paper(document, data, lang), "data": data}


def for_correction(note: BillingDocument, invoice: BillingDocument, amounts: Mapping[int, int], reason: str) -> Content:
    """The content of a credit note for an invoice: its parties, and those of its lines that it takes back."""
    before = content_of(invoice)
    lang = str(before["paper"]["lang"])
    lines = [line | {"amount": amounts[line["id"]]} for line in before["data"]["lines"] if line["id"] in amounts]
    corrects = {"label": invoice.label, "day": invoice.issued_at.date().isoformat()}
    data = before["data"] | {"lines": lines, "paid": 0, "bank": None, "corrects": corrects, "reason": reason}
    said_of = said(
        "corrects", lang, kind=said("invoice", lang), label=invoice.label, day=paper.day(invoice.issued_at, lang)
    )
    return {"paper": _paper(note, data, lang, f"{said_of} {said('cancelled', lang)}"), "data": data}


def _issuer(legal: CommunityLegal) -> Content:
    names = ("address", "country", "registration", "tax_id")
    return {"name": legal.legal_name} | {name: getattr(legal, name) for name in names}


def _bank(community: Community) -> Content | None:
    if not community.iban:
        return None
    return {"payee": community.payee or community.name, "iban": community.iban, "bic": community.bic or ""}


def _line(instalment: Instalment, lang: str) -> Content:
    """A line says nothing of a student: what is kept for years must not hold what they may take back tomorrow."""
    return {
        "id": instalment.id,
        "label": said("line", lang, ref=instalment.pledge.ref, number=instalment.number),
        "reference": instalment.reference,
        "due_on": instalment.due_on.isoformat(),
        "amount": instalment.amount,
    }


def _paper(document: BillingDocument, data: Content, lang: str, about: str = "") -> Content:
    title = f"{said(document.kind.value, lang)} {document.label}"
    blocks = [_head(document, data, lang)]
    blocks += [paper.text(about)] if about else []
    blocks += [paper.facts((said("reason", lang), data["reason"]))] if data.get("reason") else []
    blocks += [_party("from", data["issuer"], lang), _party("to", data["to"], lang), *_lines(document, data, lang)]
    blocks += _pay(document, data, lang)
    return asdict(Paper(title, lang, data["issuer"]["name"], document.issued_at.isoformat(), blocks))


def _head(document: BillingDocument, data: Content, lang: str) -> Content:
    until = "valid_until" if document.kind is Kind.QUOTE else "due_on"
    terms = said("in_days", lang, days=data["days"]) if document.kind is Kind.INVOICE else None
    return paper.facts(
        (said("number", lang), document.label),
        (said("issued_on", lang), paper.day(document.issued_at, lang)),
        (said(until, lang), paper.day(document.due_on, lang)),
        (said("terms", lang), terms),
        (said("po_number", lang), data.get("po_number")),
    )


def _party(role: str, party: Content, lang: str) -> Content:
    where = "\n".join(part for part in (party.get("address"), _country(party.get("country"), lang)) if part)
    return paper.facts(
        (said(role, lang), "\n".join(part for part in (party["name"], where) if part)),
        (said("registration", lang), party.get("registration")),
        (said("tax_id", lang), party.get("tax_id")),
    )


def _country(code: str | None, lang: str) -> str:
    return str(Locale.parse(lang).territories.get(code, code)) if code else ""


def _lines(document: BillingDocument, data: Content, lang: str) -> list[Content]:
    def amount(minor: int) -> str:
        return paper.amount(Money(minor, document.currency), lang)

    head = [said(word, lang) for word in ("what_for", "reference", "day_due", "amount")]
    rows = [
        [line["label"], line["reference"], paper.day(date.fromisoformat(line["due_on"]), lang), amount(line["amount"])]
        for line in data["lines"]
    ]
    total = [said("total", lang), "", "", amount(document.amount)]
    table = paper.table(head, rows, align="LLLR", widths=(2.4, 2, 1, 1.2), total=total)
    if not data.get("paid"):
        return [table]
    rest = document.amount - data["paid"]
    return [table, paper.facts((said("received", lang), amount(data["paid"])), (said("open", lang), amount(rest)))]


def _pay(document: BillingDocument, data: Content, lang: str) -> list[Content]:
    """How to pay an invoice, and what it is for the tax office."""
    if document.kind is Kind.CREDIT_NOTE:
        return [paper.text(said("no_vat", lang))]
    notes = [paper.text(said("no_vat", lang))]
    if document.kind is Kind.QUOTE:
        return [*notes, paper.text(said("no_demand", lang))]
    bank = data["bank"]
    if not bank or data["paid"] >= document.amount:
        return notes
    pairs = ((said("payee", lang), bank["payee"]), ("IBAN", ibans.format(bank["iban"])), ("BIC", bank["bic"]))
    return [
        paper.heading(said("how_to_pay", lang)),
        paper.facts(*pairs),
        paper.text(said("quote_references", lang)),
        *notes,
    ]

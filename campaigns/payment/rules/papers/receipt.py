"""A receipt in words: deductible or not as the community had told when the money came, in its language."""

from typing import Any

from babel import Locale

from campaigns.billing.words import said
from campaigns.kit import paper
from campaigns.kit.paper import Paper
from campaigns.payment.models import Receipt

OWN_WORDS = frozenset({"US", "CA"})
"""Countries whose tax office wants a sentence of its own on a deductible receipt."""


def receipt_paper(row: Any) -> Paper:
    """A receipt from a row of `queries.papers.receipts`. What was issued without terms stays as it was."""
    receipt: Receipt = row.Receipt
    terms = receipt.terms or {"lang": "en", "legal_name": row.community}
    lang = terms["lang"]
    return Paper(
        f"{said('receipt', lang)} {receipt.label}",
        lang,
        terms["legal_name"],
        receipt.issued_at.isoformat(),
        [paper.text(said("thanks", lang, community=terms["legal_name"])), _facts(row, lang), *_law(terms, lang)],
    )


def credit_note_paper(row: Any) -> Paper:
    """What corrects a receipt, from a row of `queries.papers.credit_note_of`, in the receipt's language."""
    receipt, note = row.Receipt, row.CreditNote
    terms = receipt.terms or {"lang": "en", "legal_name": row.community}
    lang = terms["lang"]
    about = said(
        "corrects", lang, kind=said("receipt", lang), label=receipt.label, day=paper.day(receipt.issued_at, lang)
    )
    facts = paper.facts(
        (said("to", lang), row.organisation_name or row.name),
        (said("amount", lang), paper.amount(note.money, lang)),
        (said("reason", lang), note.cause),
        (said("pledge", lang), row.ref),
        (said("number", lang), note.label),
        (said("issued_on", lang), paper.day(note.issued_at, lang)),
    )
    blocks = [paper.text(about), facts]
    if note.withdrawn_at is not None:
        blocks.append(paper.text(said("came_again", lang, day=paper.day(note.withdrawn_at, lang))))
    title = f"{said('credit_note', lang)} {note.label}"
    return Paper(title, lang, terms["legal_name"], note.issued_at.isoformat(), blocks)


def _facts(row: Any, lang: str) -> dict[str, Any]:
    receipt: Receipt = row.Receipt
    fee = [(said("card_fee", lang), paper.amount(receipt.covered, lang))] if receipt.cover else []
    return paper.facts(
        (said("received_from", lang), row.organisation_name or row.name),
        (said("amount", lang), paper.amount(receipt.money, lang)),
        *fee,
        (said("received_on", lang), paper.day(row.paid_at, lang)),
        (said("campaign", lang), row.campaign),
        (said("payment_reference", lang), row.reference),
        (said("pledge", lang), row.ref),
        (said("receipt_number", lang), receipt.label),
        (said("issued_on", lang), paper.day(receipt.issued_at, lang)),
    )


def _law(terms: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    """Whether it lowers tax, and by whose word."""
    if "country" not in terms:
        return [paper.text(said("as_before", lang))]
    country = str(Locale.parse(lang).territories.get(terms["country"], terms["country"]))
    issuer = paper.facts(
        (said("from", lang), "\n".join((terms["legal_name"], terms["address"], country))),
        (said("registration", lang), terms["registration"]),
        (said("tax_id", lang), terms["tax_id"]),
    )
    if not terms["deductible"]:
        return [issuer, paper.text(said("not_deductible", lang, country=country))]
    own = [paper.text(said(terms["country"], lang))] if terms["country"] in OWN_WORDS else []
    deductible = paper.text(said("deductible", lang, country=country, text=terms["deductible_text"]))
    return [issuer, deductible, *own, paper.text(said("only_there", lang))]

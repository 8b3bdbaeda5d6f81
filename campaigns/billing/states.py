"""Which papers there are."""

from enum import StrEnum

TERMS = (14, 30, 60)
"""Within how many days an invoice can be payable."""


class Kind(StrEnum):
    """What a document is; each has its own series of numbers."""

    QUOTE = "quote"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


PREFIX = {Kind.QUOTE: "Q", Kind.INVOICE: "INV", Kind.CREDIT_NOTE: "CR"}  # "CN" corrects a receipt


def label(kind: Kind, year: int, number: int) -> str:
    """A document's number as printed: INV-2026-0042."""
    return f"{PREFIX[kind]}-{year}-{number:04}"

"""QR codes as inline SVG."""

import segno
from markupsafe import Markup
from segno import helpers
from stdnum import iban as ibans

from campaigns.kit.money import CurrencyMismatch, Money

LONGEST_NAME = 70


def svg(data: str, *, title: str) -> Markup:
    """A QR code for a page: scales to its box, and its own white ground keeps it readable in a dark theme.

    The title is what a screen reader says, and needs no escaping.
    """
    return _drawn(segno.make_qr(data, error="m"), title)


def epc(*, name: str, iban: str, amount: Money, reference: str, title: str) -> Markup:
    """The QR code that a European banking app reads as a SEPA transfer (EPC069-12, version 2).

    The reference is an ISO 11649 creditor reference; a name over 70 characters is cut. Raises
    CurrencyMismatch for another currency than the euro, ValueError for a wrong IBAN or an amount above
    999,999,999.99.
    """
    if amount.currency != "EUR":
        raise CurrencyMismatch(f"SEPA moves euros, not {amount.currency}")
    payee = name.strip()[:LONGEST_NAME]
    code = helpers.make_epc_qr(payee, ibans.validate(iban), amount.decimal, reference=reference, encoding="utf-8")
    return _drawn(code, title)


def _drawn(code: segno.QRCode, title: str) -> Markup:
    drawing = code.svg_inline(dark="#000", light="#fff", omitsize=True, title=title, svgclass="qr", lineclass=None)
    return Markup(drawing.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704 - segno escapes the title

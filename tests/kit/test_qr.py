from decimal import Decimal
from xml.etree import ElementTree

import pytest
import segno

from campaigns.kit import qr
from campaigns.kit.money import CurrencyMismatch, Money
from campaigns.kit.refs import creditor_reference

IBAN = "DE89 3704 0044 0532 0130 00"
REFERENCE = creditor_reference("SPRING7")


def transfer(**changes) -> str:
    given = {"name": "Vouch e.V.", "iban": IBAN, "amount": Money(125050, "EUR"), "reference": REFERENCE}
    return qr.epc(**(given | changes), title="Pay by bank app")


def drawn_by_segno(payload: bytes) -> str:
    """The path of the code that holds exactly these bytes."""
    code = segno.make_qr(payload, error="m", boost_error=False, encoding="utf-8")
    return ElementTree.fromstring(code.svg_inline()).find("path").get("d")


def path_of(drawing: str) -> str:
    return ElementTree.fromstring(drawing).findall("path")[-1].get("d")


def test_a_code_is_inline_svg_with_a_name_and_nothing_from_elsewhere() -> None:
    drawing = qr.svg("https://example.org/c/spring", title='Ana & "Bo" <x>')
    tree = ElementTree.fromstring(drawing)
    assert drawing.startswith("<svg ")
    assert tree.get("role") == "img"
    assert tree.find("title").text == 'Ana & "Bo" <x>'
    assert "style=" not in drawing
    assert "DOCTYPE" not in drawing
    assert "http" not in drawing


def test_a_code_is_dark_on_its_own_light_ground_and_scales() -> None:
    tree = ElementTree.fromstring(qr.svg("x", title="x"))
    ground, code = tree.findall("path")
    assert (ground.get("fill"), code.get("stroke")) == ("#fff", "#000")
    width = tree.get("viewBox").split()[2]
    assert ground.get("d") == f"M0 0h{width}v{width}h-{width}z"
    assert tree.get("width") is None
    assert tree.get("height") is None


def test_a_code_holds_its_data() -> None:
    assert path_of(qr.svg("one", title="t")) != path_of(qr.svg("two", title="t"))
    assert path_of(qr.svg("one", title="t")) == path_of(qr.svg("one", title="other"))


def test_a_transfer_code_holds_payee_account_amount_and_reference() -> None:
    payload = f"BCD\n002\n1\nSCT\n\nVouch e.V.\nDE89370400440532013000\nEUR1250.5\n\n{REFERENCE}"
    assert path_of(transfer()) == drawn_by_segno(payload.encode())


def test_a_transfer_code_cuts_a_long_name_and_keeps_its_letters() -> None:
    payload = f"BCD\n002\n1\nSCT\n\n{'ł' * 70}\nDE89370400440532013000\nEUR0.01\n\n{REFERENCE}"
    assert path_of(transfer(name="ł" * 80, amount=Money(1, "EUR"))) == drawn_by_segno(payload.encode())


def test_only_euros_move_by_sepa() -> None:
    with pytest.raises(CurrencyMismatch, match="USD"):
        transfer(amount=Money(100, "USD"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"iban": "DE89 3704 0044 0532 0130 01"},
        {"iban": ""},
        {"amount": Money(0, "EUR")},
        {"name": " "},
        {"amount": Money(10**11, "EUR")},
        {"reference": ""},
    ],
)
def test_a_transfer_that_no_bank_would_take_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"[Ii]nvalid|creditor reference"):
        transfer(**wrong)


def test_amounts_keep_their_cents() -> None:
    assert Money(125050, "EUR").decimal == Decimal("1250.50")
    assert path_of(transfer(amount=Money(125050, "EUR"))) != path_of(transfer(amount=Money(125051, "EUR")))

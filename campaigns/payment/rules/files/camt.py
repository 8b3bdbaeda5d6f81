"""A CAMT.053 statement (ISO 20022) of any version."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.kit.tables import BadTable
from campaigns.payment.rules.files.reading import Booked, Unreadable, require_near

CAME_IN = ("CRDT", "BOOK")
NOT_GIVEN = {"NOTPROVIDED", "NOTPROVIDED.", "NONREF"}


def read_camt(data: bytes) -> Iterator[Booked | None]:
    """The entries in turn; None for money that went out or is not booked yet.

    Read piece by piece, so that a long statement needs no more memory than a short one. Raises BadTable.
    """
    number = 0
    try:
        for _, element in ElementTree.iterparse(BytesIO(data), events=("end",), forbid_dtd=True):
            if element.tag.rpartition("}")[2] == "Ntry":
                number += 1
                yield from _entry(element, number)
                element.clear()
    except ParseError as error:
        raise BadTable("The file is damaged or ends too early.", line=error.position[0]) from error
    except DefusedXmlException as error:
        raise BadTable("The file holds what no statement holds.") from error
    except Refused as refusal:
        raise BadTable(f"Entry {number}: {refusal}") from refusal


def _entry(entry: Element, number: int) -> Iterator[Booked | None]:
    if (_text(entry, "CdtDbtInd"), _text(entry, "Sts/Cd") or _text(entry, "Sts")) != CAME_IN:
        yield None
        return
    day, own_id = _day(entry), _text(entry, "AcctSvcrRef")  # NtryRef counts anew in each statement
    parts = _parts(entry, _money(entry.find("{*}Amt")))
    for place, (money, detail) in enumerate(parts, start=1):
        part_id = f"{own_id}/{place}" if own_id and len(parts) > 1 else own_id
        yield Booked(number, day, money, _payer(detail), _words(detail, entry), part_id)


def _parts(entry: Element, whole: Money) -> list[tuple[Money, Element]]:
    """The payments of a batch, where the bank says how much each is and they come to the whole; else the whole."""
    details = entry.findall("{*}NtryDtls/{*}TxDtls")
    amounts = [each for detail in details if (each := _own_amount(detail)) is not None]
    if len(details) > 1 and len(amounts) == len(details) and _come_to(amounts, whole):
        return list(zip(amounts, details, strict=True))
    return [(whole, details[0] if len(details) == 1 else entry)]


def _come_to(amounts: list[Money], whole: Money) -> bool:
    same = all(each.currency == whole.currency for each in amounts)
    return same and sum(each.amount for each in amounts) == whole.amount


def _own_amount(detail: Element) -> Money | None:
    """What was booked of a detail; never what the payer was told to pay, which may be in another currency."""
    found = detail.find("{*}Amt")
    found = detail.find("{*}AmtDtls/{*}TxAmt/{*}Amt") if found is None else found
    return None if found is None else _money(found)


def _money(element: Element | None) -> Money:
    if element is None:
        raise Unreadable("There is no amount.")
    typed, currency = (element.text or "").strip(), element.get("Ccy", "")
    try:
        return Money.exact(Decimal(typed), currency)
    except (InvalidOperation, ValueError, Refused) as error:
        raise Unreadable(f"“{typed[:40]} {currency}” is not an amount.") from error


def _day(entry: Element) -> date:
    places = ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    said = next(filter(None, (_text(entry, place) for place in places)), "")
    try:
        return require_near(date.fromisoformat(said[:10]))
    except ValueError as error:
        raise Unreadable(f"“{said[:40]}” is not a date.") from error


def _payer(detail: Element) -> str:
    places = ("RltdPties/UltmtDbtr/Nm", "RltdPties/UltmtDbtr/Pty/Nm", "RltdPties/Dbtr/Nm", "RltdPties/Dbtr/Pty/Nm")
    return next(filter(None, (_text(detail, place) for place in places)), "")


def _words(detail: Element, entry: Element) -> str:
    """All in which a reference may stand: what the payer wrote, as words or as a creditor reference, and their own."""
    written = [each.text or "" for each in detail.findall("{*}RmtInf/{*}Ustrd")]
    written += [each.text or "" for each in detail.findall("{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref")]
    written += [each.text or "" for each in detail.findall("{*}RmtInf/{*}Strd/{*}AddtlRmtInf")]
    written += [_text(detail, "Refs/EndToEndId"), _text(detail, "AddtlTxInf")]
    said = [each.strip() for each in written if each.strip() and each.strip() not in NOT_GIVEN]
    return " ".join(said) or _text(entry, "AddtlNtryInf")


def _text(element: Element, path: str) -> str:
    """The text at a path of local names; "" where there is none."""
    return (element.findtext("/".join(f"{{*}}{name}" for name in path.split("/"))) or "").strip()

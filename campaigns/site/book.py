"""Movements of the book as entries of a public ledger: each with its cause in plain words, and with nobody's name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from campaigns.disbursement.states import DisbursementState
from campaigns.kit import db, templating
from campaigns.kit.money import Money
from campaigns.site.queries import ledger as queries

WORDS = {
    ("payment", True): "Received from a sponsor",
    ("refund", False): "Returned to a sponsor",
    ("disbursement", False): "Sent to the school",
    ("disbursement_return", True): "Came back from the school",
    ("fee", False): "Fee for the payment",
    ("transfer", True): "From another campaign, as its sponsor chose",
    ("transfer", False): "To another campaign, as its sponsor chose",
    ("pool", True): "From what sponsors gave beyond need",
    ("refund_due", False): "Set apart to go back to a sponsor",
}
WITHIN = {
    "pool": "To a campaign, from what sponsors gave beyond need",
    "transfer": "From one campaign to another, as its sponsor chose",
    "refund_due": "Set apart to go back to a sponsor",
}
KEPT = {
    "pool": "Received beyond need, and kept for students who wait",
    "next_term": "Received beyond need, and kept for the same students' next term",
}
TO_A_SCHOOL = "disbursement"


@dataclass(frozen=True)
class Entry:
    """One movement: what came (`into`), what went (`out`), both where it stayed within; `balance` after it."""

    number: int
    day: date
    what: str
    cause: str
    reference: str
    receipt: str
    reverses: int | None
    reversed_by: int | None
    into: Money | None
    out: Money | None
    balance: Money | None
    campaign: Any  # a row of `queries.shown_campaigns`; None where visitors may not see it now
    of_campaign: bool
    currency: str


def read(rows: Sequence[Any], balances: Iterable[int | None]) -> list[Entry]:
    """These rows of `queries.entries` as entries."""
    campaigns = _campaigns(rows)
    receipts = _receipts(rows)
    return [_entry(row, balance, campaigns, receipts) for row, balance in zip(rows, balances, strict=True)]


def _entry(row: Any, balance: int | None, campaigns: dict[int, Any], receipts: dict[str, Any]) -> Entry:
    amount, reference = Money(row.amount, row.currency), _reference(row)
    found = receipts.get(reference) if row.kind == TO_A_SCHOOL else None
    return Entry(
        number=row.id,
        day=row.at.date(),
        what="Reversal" if row.reverses_id else words(row.kind, row.into, row.out, row.target),
        cause=_cause(row, found, campaigns),
        reference=reference,
        receipt=(found.sha256 or "") if found else "",
        reverses=row.reverses_id,
        reversed_by=row.reversed_by,
        into=amount if row.into else None,
        out=amount if row.out else None,
        balance=None if balance is None else Money(balance, row.currency),
        campaign=next((campaigns[each] for each in _numbers(row) if each in campaigns), None),
        of_campaign=bool(_numbers(row)),
        currency=row.currency,
    )


def words(kind: str, into: bool, out: bool, target: str = "") -> str:
    """What a movement is, for people."""
    if kind == "payment" and target.startswith("suspense:"):
        return "Received, and set apart: nothing was due for it"
    if kind == "payment" and target.partition(":")[0] in KEPT:
        return KEPT[target.partition(":")[0]]
    known = WITHIN.get(kind) if into and out else WORDS.get((kind, into))
    if known:
        return known
    direction = "" if into and out else " (in)" if into else " (out)"
    return kind.replace("_", " ").capitalize() + direction


def _cause(row: Any, receipt: Any, campaigns: dict[int, Any]) -> str:
    """What led to a movement. What names a payment at the bank or the card company is between two parties."""
    if row.kind == "payment":
        return "A pledge, paid by card" if row.external_id.startswith("stripe:") else "A pledge, paid by bank transfer"
    if row.kind == TO_A_SCHOOL:
        return _proof(receipt)
    if row.kind == "transfer":
        there = [campaigns[each].title for each in _numbers(row) if each in campaigns]
        return " → ".join(there) if len(there) > 1 else ""
    return ""


def _proof(receipt: Any) -> str:
    if receipt is not None and receipt.state is DisbursementState.RETURNED:
        return "All of it came back"
    if receipt is not None and receipt.receipt_on is None and receipt.agreed_at is not None:
        return f"The school confirmed it on {templating.day(receipt.agreed_at)}"
    if receipt is None or receipt.receipt_on is None:
        return "The school's receipt is awaited"
    return f"The school's receipt of {templating.day(receipt.receipt_on)}"


def _reference(row: Any) -> str:
    """What names a payment to a school on both sides."""
    return row.external_id.partition(":")[0] if row.kind.startswith(TO_A_SCHOOL) else ""


def _numbers(row: Any) -> list[int]:
    """The campaigns whose accounts a movement touches: from, then to."""
    parts = (code.partition(":") for code in (row.source, row.target))
    return [int(number) for kind, _, number in parts if kind == "campaign"]


def _campaigns(rows: Sequence[Any]) -> dict[int, Any]:
    ids = {number for row in rows for number in _numbers(row)}
    return {each.id: each for each in db.session.execute(queries.shown_campaigns(ids))} if ids else {}


def _receipts(rows: Sequence[Any]) -> dict[str, Any]:
    refs = {_reference(row) for row in rows if row.kind == TO_A_SCHOOL}
    return {each.ref: each for each in db.session.execute(queries.receipts(refs))} if refs else {}

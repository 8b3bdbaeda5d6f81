"""A campaign's public ledger, as a page and as CSV."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from campaigns.kit import db, paging, tables, web
from campaigns.kit.money import Money
from campaigns.ledger.models import Movement
from campaigns.site.queries import ledger as queries
from campaigns.site.views.base import blueprint
from campaigns.site.views.campaign import find, gone

SIZE = 50
WORDS = {
    ("payment", True): "Received from a sponsor",
    ("refund", False): "Returned to a sponsor",
    ("disbursement", False): "Sent to the school",
    ("disbursement_return", True): "Came back from the school",
    ("fee", False): "Fee for the payment",
    ("transfer", True): "From another campaign, as its sponsor chose",
    ("transfer", False): "To another campaign, as its sponsor chose",
    ("refund_due", False): "Set apart to go back to a sponsor",
}
HEADINGS = ("number", "date", "what", "reference", "reverses", "in", "out", "balance", "currency")


@blueprint.get("/c/<slug>/ledger")
@web.public
def ledger(slug: str) -> ResponseReturnValue:
    """Every movement into and out of a campaign, newest first, with what it held after each."""
    found = find(slug)
    if found.hidden:
        return gone()
    campaign = db.session.execute(queries.TITLE, {"id": found.id}).one()
    code, before = f"campaign:{found.id}", request.args.get("before")
    page = paging.page(queries.entries(code), Movement.id, before=before, size=SIZE)
    return render_template(
        "site/ledger.html", slug=slug, campaign=campaign, entries=_entries(page.rows, _top(code, page.rows)),
        totals=_totals(code, campaign.currency), balance=Money(_balance(code), campaign.currency),
        older=page.older, first=page.rows and before,
    )  # fmt: skip


@blueprint.get("/c/<slug>/ledger.csv")
@web.public
def ledger_csv(slug: str) -> ResponseReturnValue:
    """The same as a table for a spreadsheet, oldest first."""
    found = find(slug)
    if found.hidden:
        return gone()
    code = f"campaign:{found.id}"
    rows = db.session.execute(queries.entries(code).order_by(Movement.id.desc())).all()
    lines = [_line(entry) for entry in reversed(_entries(rows, _balance(code)))]
    response = Response(tables.csv_text(HEADINGS, lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="ledger-{slug}.csv"'
    return response


def _balance(code: str) -> int:
    return db.session.scalar(queries.BALANCE, {"code": code}) or 0


def _top(code: str, rows: Sequence[Any]) -> int:
    """What the account held after the first of these rows."""
    if not rows:
        return 0
    later = db.session.scalars(queries.SUM_FROM, {"code": code, "first": rows[0].id + 1}).one()
    return _balance(code) - int(later)


def _entries(rows: Sequence[Any], top: int) -> list[dict[str, Any]]:
    """The rows, newest first, each with the balance after it."""
    changes = [row.amount if row.into else -row.amount for row in rows]
    balances = accumulate(changes[:-1], lambda held, change: held - change, initial=top) if rows else ()
    return [_entry(row, balance) for row, balance in zip(rows, balances, strict=True)]


def _entry(row: Any, balance: int) -> dict[str, Any]:
    amount = Money(row.amount, row.currency)
    return {
        "number": row.id,
        "day": row.at.date(),
        "what": "Reversal" if row.reverses_id else words(row.kind, row.into),
        # What names a payment at the bank or the card company is between the sponsor and the community.
        "reference": row.external_id if row.kind.startswith("disbursement") else "",
        "reverses": row.reverses_id,
        "came": amount if row.into else None,
        "went": None if row.into else amount,
        "balance": Money(balance, row.currency),
    }


def words(kind: str, into: bool) -> str:
    """What a movement is, for people."""
    return WORDS.get((kind, into)) or kind.replace("_", " ").capitalize() + (" (in)" if into else " (out)")


def _totals(code: str, currency: str) -> list[tuple[str, int, Money]]:
    rows = db.session.execute(queries.TOTALS, {"code": code})
    return [(words(row.kind, row.into), row.times, Money(int(row.amount), currency)) for row in rows]


def _line(entry: dict[str, Any]) -> list[object]:
    parts = ("number", "day", "what", "reference", "reverses", "came", "went", "balance")
    return [*(entry[part] for part in parts), entry["balance"].currency]

"""The public ledgers of a campaign and of a community: as a page, as CSV and as JSON."""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from flask import Response, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.kit import db, links, paging, tables, web
from campaigns.kit.money import Money
from campaigns.ledger.models import Movement
from campaigns.site import book
from campaigns.site.book import Entry
from campaigns.site.queries import ledger as queries
from campaigns.site.views.base import blueprint
from campaigns.site.views.campaign import find, gone

SIZE = 50
MOST_LINES = 5_000  # in one answer that machines read; it names the address of the next ones


class Ledger(NamedTuple):
    """Whose ledger it is; `currency` is given where it has only one, and so a balance that runs on."""

    endpoint: str
    slug: str
    title: str
    own: queries.Accounts
    currency: str | None


@blueprint.get("/c/<slug>/ledger", defaults={"form": "html"})
@blueprint.get("/c/<slug>/ledger.<any(csv, json):form>")
@web.public
def ledger(slug: str, form: str) -> ResponseReturnValue:
    """Every movement into and out of a campaign, with what it held after each."""
    found = find(slug)
    if found.hidden:
        return gone()
    campaign = db.session.execute(queries.TITLE, {"id": found.id}).one()
    own = queries.of_campaign(found.id)
    return FORMS[form](Ledger("site.ledger", slug, campaign.title, own, campaign.currency))


@blueprint.get("/communities/<slug>/ledger", defaults={"form": "html"})
@blueprint.get("/communities/<slug>/ledger.<any(csv, json):form>")
@web.public
def community_ledger(slug: str, form: str) -> ResponseReturnValue:
    """Every movement into and out of all that a community answers for."""
    found = db.session.execute(queries.community(slug)).one_or_none() or abort(404)
    return FORMS[form](Ledger("site.community_ledger", slug, found.name, queries.of_community(found.id), None))


def _html(whose: Ledger) -> ResponseReturnValue:
    """Newest first."""
    before = request.args.get("before")
    page = paging.page(queries.entries(whose.own), Movement.id, before=before, size=SIZE)
    held = _held(whose)
    address = {form: url_for(whose.endpoint, slug=whose.slug, form=form) for form in FORMS}
    return render_template(
        "site/ledger.html", whose=whose, entries=_entries(whose, page.rows, held), totals=_totals(whose), held=held,
        address=address, older=page.older, first=page.rows and before,
    )  # fmt: skip


def _csv(whose: Ledger) -> ResponseReturnValue:
    lines, onward = _lines(whose, _held(whose))
    response = Response(tables.csv_text(HEADINGS, (list(_told(line).values()) for line in lines)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="ledger-{whose.slug}.csv"'
    return _linked(response, onward)


def _json(whose: Ledger) -> ResponseReturnValue:
    held = _held(whose)
    lines, onward = _lines(whose, held)
    now = [{"amount": each.major, "currency": each.currency} for each in held]
    told = [{name: _plain(value) for name, value in _told(line).items()} for line in lines]
    return _linked(jsonify(title=whose.title, held=now, entries=told, next=onward), onward)


FORMS: dict[str, Callable[[Ledger], ResponseReturnValue]] = {"html": _html, "csv": _csv, "json": _json}


def _lines(whose: Ledger, held: Sequence[Money]) -> tuple[list[Entry], str | None]:
    """Entries for machines, oldest first, so that a reader goes on where they ended; and where that is."""
    after = request.args.get("after")
    page = paging.page(queries.entries(whose.own), Movement.id, before=after, size=MOST_LINES, rising=True)
    form = request.view_args["form"] if request.view_args else "json"
    onward = links.url(whose.endpoint, slug=whose.slug, form=form, after=page.older) if page.older else None
    return _entries(whose, page.rows[::-1], held)[::-1], onward


def _linked(response: Response, onward: str | None) -> Response:
    if onward:
        response.headers["Link"] = f'<{onward}>; rel="next"'
    return response


def _entries(whose: Ledger, rows: Sequence[Any], held: Sequence[Money]) -> list[Entry]:
    """The rows, newest first, each with the balance after it where there is one."""
    if whose.currency is None or not rows:
        return book.read(rows, [None] * len(rows))
    changes = [row.amount * (bool(row.into) - bool(row.out)) for row in rows]
    later = db.session.scalars(queries.changed_since(whose.own, rows[0].id + 1)).one()
    top = sum(each.amount for each in held) - int(later)
    return book.read(rows, list(accumulate(changes[:-1], lambda after, change: after - change, initial=top)))


def _held(whose: Ledger) -> list[Money]:
    return [Money(int(amount), currency) for currency, amount in db.session.execute(queries.held(whose.own))]


def _totals(whose: Ledger) -> list[tuple[str, int, Money]]:
    rows = db.session.execute(queries.totals(whose.own))
    return [
        (book.words(row.kind, row.into, not row.into), row.times, Money(int(row.amount), row.currency)) for row in rows
    ]


HEADINGS = ("number", "date", "what", "cause", "reference", "receipt_sha256", "reverses", "reversed_by", "campaign",
            "in", "out", "balance", "currency")  # fmt: skip


def _told(entry: Entry) -> dict[str, Any]:
    campaign = entry.campaign.slug if entry.campaign else ""
    cells = (
        *(entry.number, entry.day, entry.what, entry.cause, entry.reference, entry.receipt),
        *(entry.reverses, entry.reversed_by, campaign, entry.into, entry.out, entry.balance, entry.currency),
    )
    return dict(zip(HEADINGS, cells, strict=True))


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return value.major
    return value.isoformat() if hasattr(value, "isoformat") else value

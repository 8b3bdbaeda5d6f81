"""A campaign's public page: kept whole, built again when its version changes."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from campaigns.campaign.models import Figures
from campaigns.campaign.states import PUBLIC
from campaigns.kit import clock, db, links, pages, web
from campaigns.kit.money import Money
from campaigns.site import chain
from campaigns.site.queries import campaign as queries
from campaigns.site.views.base import blueprint

PARTS = ("asked", "pledged", "received", "disbursed", "proven")


@blueprint.get("/c/<slug>")
@web.public
def campaign(slug: str) -> ResponseReturnValue:
    """The page, 304, 404 where there is none, or 410 where consent to it no longer holds."""
    found = find(slug)
    if found.hidden:
        return gone()
    version = f"{found.id}.{found.version}.{found.cover_hidden:d}.{clock.today():%j}"
    return pages.answer(f"/c/{slug}", version, lambda: _build(found))


def find(slug: str) -> Any:
    """The public campaign at this address: id, version, hidden, cover_hidden. Raises NotFound."""
    found = db.session.connection().execute(queries.VERSION, {"slug": slug, "now": clock.now()}).one_or_none()
    if found is None or found.state not in PUBLIC:
        raise NotFound
    return found


def gone() -> ResponseReturnValue:
    """What stands where a campaign was that may not be shown any more: nothing of it."""
    return render_template("site/campaign_gone.html"), 410


def figures_of(row: Any) -> Figures:
    """The five parts of the meter from a row that has them as columns."""
    return Figures(*(Money(getattr(row, part), row.currency) for part in PARTS))


def _build(found: Any) -> str:
    row = _rows(queries.CAMPAIGN, found.id)[0]
    asks = _rows(queries.ASKS, found.id)
    updates = _rows(queries.UPDATES, found.id)
    figures = figures_of(row)
    return render_template(
        "site/campaign.html",
        c=row,
        figures=figures,
        cover=row.cover_ref is not None and not found.cover_hidden,
        lines=_rows(queries.LINES, found.id),
        sponsors=_rows(queries.SPONSORS, found.id),
        asks=asks,
        updates=updates,
        chain=chain.links(row, figures, asks, updates),
        address=links.url("site.campaign", slug=row.slug),
        money=Money,
    )


def _rows(statement: sa.Select[*tuple[Any, ...]], campaign_id: int) -> Sequence[Any]:
    return db.session.connection().execute(statement, {"id": campaign_id}).all()

"""A campaign's public page: kept whole, built again when its version changes."""

from functools import cache
from typing import Any, cast
from urllib.parse import quote

import sqlalchemy as sa
from flask import Flask, render_template
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from campaigns.campaign.models import Figures
from campaigns.campaign.rules.budget import budget
from campaigns.campaign.states import PUBLIC
from campaigns.kit import clock, db, links, pages, prepared, web
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
    return gone() if found.hidden else pages.answer(_tag(found), lambda: _build(found))


@blueprint.record_once
def _keep(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)

    @cache
    def engine() -> sa.Engine:
        return pages.engine_of(app)

    def version(slug: str) -> str | None:
        found = _look_up(engine(), slug)
        return None if found is None or found.hidden else _tag(found)

    pages.install(app, "/c/", version)


def _look_up(engine: sa.Engine, slug: str) -> Any | None:
    with prepared.reading(engine) as reader:
        found = reader.first(queries.VERSION, slug=slug, now=clock.now())
    return found if found is not None and found.state in PUBLIC else None


def _tag(found: Any) -> str:
    """All that a page depends on."""
    return f"{found.id}.{found.version}.{found.students}.{found.cover_hidden:d}.{clock.today():%j}"


def find(slug: str) -> Any:
    """The public campaign at this address: id, version, hidden, cover_hidden. Raises NotFound, Busy."""
    found = _look_up(db.sql.engine, slug)
    if found is None:
        raise NotFound
    return found


def gone() -> ResponseReturnValue:
    """What stands where a campaign was that may not be shown any more: nothing of it."""
    return render_template("site/campaign_gone.html"), 410


def figures_of(row: Any) -> Figures:
    """The five parts of the meter from a row that has them as columns."""
    return Figures(*(Money(getattr(row, part), row.currency) for part in PARTS))


def _build(found: Any) -> str:
    with prepared.reading(db.sql.engine) as reader:
        row = reader.all(queries.CAMPAIGN, id=found.id)[0]
        lines = reader.all(queries.LINES, id=found.id, now=clock.now())
        asks = reader.all(queries.ASKS, id=found.id)
        updates = reader.all(queries.UPDATES, id=found.id) if row.update_count else []
        reserved = reader.all(queries.RESERVED, id=found.id)[0] if row.held else None
        conditions = reader.all(queries.CONDITIONS, id=found.id) if row.has_conditions else []
        gifts = reader.all(queries.GIFTS, id=found.id) if row.has_gifts else []
        matches = reader.all(queries.MATCHES, id=found.id) if row.has_matches else []
        sponsors = reader.all(queries.SPONSORS, id=found.id) if row.sponsor_count else []
    figures = figures_of(row)
    return render_template(
        "site/campaign.html",
        c=row,
        figures=figures,
        cover=row.cover_ref is not None and not found.cover_hidden,
        budget=budget(lines),
        sponsors=sponsors,
        reserved=reserved,
        conditions=conditions,
        gifts=gifts,
        matches=matches,
        asks=asks,
        updates=updates,
        chain=[*chain.links(row, figures, asks, updates), *chain.reached(lines)],
        share=_share(row),
        money=Money,
    )


def _share(row: Any) -> dict[str, str]:
    """Plain links that carry the page on, and no counter with it."""
    address = links.url("site.campaign", slug=row.slug)
    body = quote(f"{row.summary}\n\n{address}")
    return {
        "address": address,
        "mail": f"mailto:?subject={quote(row.title)}&body={body}",
        "whatsapp": f"https://wa.me/?text={quote(f'{row.title} {address}')}",
    }

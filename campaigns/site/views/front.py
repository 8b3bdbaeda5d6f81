"""The front page."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from campaigns.campaign.models import Figures
from campaigns.kit import clock, db, web
from campaigns.kit.money import Money
from campaigns.kit.templating import country
from campaigns.site.queries import front as queries
from campaigns.site.views.base import blueprint


def _figures(row: Any) -> Figures:
    """The five parts of the meter from a row's columns."""
    return Figures(*(Money(getattr(row, part), row.currency) for part in Figures._fields))


def _card(row: Any) -> dict[str, Any]:
    return {
        "title": row.title,
        "url": url_for("site.campaign", slug=row.slug),
        "summary": row.summary,
        "community": row.community,
        "place": country(row.country),
        "ends": row.deadline,
        "figures": _figures(row),
        "image_url": url_for("file.card", ref=row.cover) if row.cover else None,
        "image_alt": row.cover_alt,
        "status": None,
    }


@blueprint.get("/")
@web.public
def front() -> ResponseReturnValue:
    """What Vouch is, the newest campaigns, and the sums of all of them."""
    cards = [_card(row) for row in db.session.execute(queries.NEWEST, {"now": clock.now()})]
    totals = [(row.currency, row.campaigns, _figures(row)) for row in db.session.execute(queries.TOTALS)]
    return render_template("site/front.html", cards=cards, totals=totals)

"""The list of campaigns, with search and filters."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from campaigns.campaign.models import Campaign
from campaigns.campaign.states import CampaignState
from campaigns.kit import db, paging, web
from campaigns.site.queries import campaigns as queries
from campaigns.site.views.base import blueprint
from campaigns.site.views.campaign import figures_of
from campaigns.student.states import NeedKind

CARDS = 15  # five rows of three; the page stays within 60 KB with a picture in each
FIELDS = ("q", "state", "country", "for", "community")
STATUS = {
    CampaignState.PAUSED: ("Paused", "wait"),
    CampaignState.FUNDED: ("Funded", "good"),
    CampaignState.CLOSED_SHORT: ("Closed short", "neutral"),
    CampaignState.SETTLING: ("Payments arriving", "good"),
    CampaignState.REPORTING: ("Paying schools", "good"),
    CampaignState.CLOSED: ("Complete", "good"),
}


@blueprint.get("/campaigns")
@web.public
def campaigns() -> ResponseReturnValue:
    """Public campaigns, newest first, found by words and narrowed by what a visitor chose."""
    chosen = {name: request.args.get(name, "").strip()[:200] for name in FIELDS}
    community = _community(chosen["community"])
    select = queries.cards(
        typed=chosen["q"], state=chosen["state"], country=chosen["country"], kind=chosen["for"],
        community_id=community.id if community else None,
    )  # fmt: skip
    page = paging.page(select, Campaign.published_at, Campaign.id, before=request.args.get("before"), size=CARDS)
    return render_template(
        "site/campaigns.html", cards=[_card(row) for row in page.rows], chosen=chosen, community=community,
        countries=db.session.scalars(queries.COUNTRIES).all(), kinds=list(NeedKind), **_neighbours(chosen, page.older),
    )  # fmt: skip


def _community(slug: str) -> Any:
    if not slug:
        return None
    found = db.session.execute(queries.COMMUNITY, {"slug": slug}).one_or_none()
    if found is None:
        raise NotFound
    return found


def _neighbours(chosen: dict[str, str], older: str | None) -> dict[str, str | None]:
    given: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    return {
        "next_url": older and url_for("site.campaigns", **given, before=older),
        "previous_url": url_for("site.campaigns", **given) if request.args.get("before") else None,
    }


def _card(row: Any) -> dict[str, Any]:
    status, tone = STATUS.get(row.state, ("", "neutral"))
    return {
        "title": row.title,
        "url": f"/c/{row.slug}",
        "summary": row.summary,
        "community": row.community_name,
        "figures": figures_of(row),
        "image_url": f"/f/{row.cover_ref}/card" if row.cover_ref else None,
        "image_alt": row.cover_alt,
        "place": row.country,
        "ends": row.deadline if row.state is CampaignState.LIVE else None,
        "status": status,
        "tone": tone,
    }

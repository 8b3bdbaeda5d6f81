"""What waits for a person in a community."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db, web
from campaigns.site import work
from campaigns.site.queries.today import progress
from campaigns.site.views.base import blueprint


@blueprint.get("/a")
@web.signed_in
def home() -> ResponseReturnValue:
    """The today page of this person's first community; where they have none, how to begin one."""
    first = db.session.scalars(communities.of_member(current_user).limit(1)).first()
    if first is None:
        return render_template("site/no_community.html", community=None)
    return redirect(url_for("site.today", slug=first.slug), 303)


@blueprint.get("/a/<slug>/")
@web.signed_in
def today(slug: str) -> ResponseReturnValue:
    """One list of what waits for this person, the most urgent first; for a new community, what to do next."""
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, Action.VIEW_COMMUNITY, community)
    items, more = work.of(current_user, community)
    steps = _steps(community) if access.holds(current_user, Action.MANAGE_TEAM, community) else []
    return render_template("site/today.html", community=community, section="today", items=items, more=more, steps=steps)


def _steps(community: Community) -> list[dict[str, Any]]:
    """The way of a new community, while it is not at its end."""
    at = db.session.execute(progress(community.id)).one()
    team, settings = (url_for(f"community.{page}", slug=community.slug) for page in ("team", "settings"))
    steps = [
        ("Invite vetters", "Two people approve each student.", team, at.vetters > 1),
        ("Invite a safeguarding officer", "Checks consent, and what is published.", team, at.officers > 0),
        ("Invite a treasurer", "Records what arrives and pays schools.", team, at.treasurers > 0),
        ("Say where sponsors pay", "The community’s bank account.", settings, at.has_bank),
        ("Take applications", "Students find you under “Apply”.", settings, at.takes_applications),
        ("Create a campaign", "From the needs of approved students.", _new_campaign(community), at.has_campaign),
    ]
    keys = ("title", "hint", "url", "done")
    return [] if all(step[-1] for step in steps) else [dict(zip(keys, step, strict=True)) for step in steps]


def _new_campaign(community: Community) -> str:
    return url_for("campaign.create", slug=community.slug)

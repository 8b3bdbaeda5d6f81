"""What anyone may read: one update, and the feed."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from campaigns.kit import db, web
from campaigns.update import feed as atom_feed
from campaigns.update import queries
from campaigns.update.views.base import blueprint


@blueprint.get("/c/<slug>/updates/<int:update_id>")
@web.public
def show(slug: str, update_id: int) -> ResponseReturnValue:
    """A published update; 410 where it was withdrawn, or may no longer be shown."""
    found = db.session.execute(queries.once_public(slug, update_id)).one_or_none()
    if found is None:
        raise NotFound()
    update, readable = found
    if not readable:
        return render_template("update/withdrawn.html", campaign=update.campaign), 410
    return render_template("update/show.html", update=update, campaign=update.campaign)


@blueprint.get("/c/<slug>/updates.atom")
@web.public
def feed(slug: str) -> ResponseReturnValue:
    """The latest updates for feed readers."""
    campaign = db.one_or_404(queries.public_campaign(slug))
    updates = db.session.scalars(queries.published_of(campaign.id).limit(queries.FEED_LENGTH)).all()
    return Response(atom_feed.atom(campaign, updates), mimetype="application/atom+xml")

"""The team's list of offers."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db, paging, web
from campaigns.offer import queries, rules
from campaigns.offer.forms import EndForm
from campaigns.offer.models import Offer
from campaigns.offer.states import OPEN
from campaigns.offer.views.base import BOTH, blueprint


@blueprint.get("/a/<slug>/offers")
@web.signed_in
def mine(slug: str) -> ResponseReturnValue:
    """What companies have reserved and others have offered, newest first."""
    community = community_for(slug)
    page = paging.page(queries.team_list(current_user, community.id), Offer.id, before=request.args.get("before"))
    older = url_for("offer.mine", slug=slug, before=page.older) if page.older else None
    pages = {"previous_url": None, "next_url": older}
    return render_template("offer/mine.html", rows=page.rows, pages=pages, **place(community))


@blueprint.route("/a/<slug>/offers/<ref>/end", methods=BOTH)
@web.signed_in
def end(slug: str, ref: str) -> ResponseReturnValue:
    """End an offer, with the reason."""
    community, form = community_for(slug), EndForm()
    mine = queries.visible_to(current_user).where(Offer.ref == ref, Offer.organisation_id == community.id)
    offer = db.one_or_404(mine.where(Offer.state.in_(OPEN)))
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.end(offer, form.reason.data or "", by=current_user)
            flash("It is ended, and whoever made it is told.", "good")
            return redirect(url_for("offer.mine", slug=slug), 303)
    return render_template("offer/end.html", form=form, offer=offer, **place(community)), form.status


def community_for(slug: str) -> Community:
    """A community whose money the viewer may see. 404 for strangers, NotAllowed for other roles."""
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, Action.SEE_MONEY, community)
    return community


def place(community: Community) -> dict[str, Any]:
    """What every one of these pages shows around its own part."""
    may_record = access.allows(current_user, Action.RECORD_PAYMENT, community)
    return {"community": community, "section": "money", "may_record": may_record}

"""Those who settle money: what sponsors chose, what is left to the community, and who takes a free place."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.campaign import queries as campaigns
from campaigns.campaign.models import Campaign
from campaigns.community.models import Community
from campaigns.departure import queries, rules
from campaigns.departure.forms import CHOICES, DecideForm, ReplaceForm
from campaigns.departure.models import Departure, Share
from campaigns.departure.states import Choice, offered
from campaigns.departure.views.base import blueprint, community_for, offer, target_of
from campaigns.kit import db, paging, web


@blueprint.get("/a/<slug>/departures")
@web.signed_in
def mine(slug: str) -> ResponseReturnValue:
    """Departures of which something becomes of money, newest first."""
    community = community_for(slug, Action.SETTLE_DEPARTURE)
    page = paging.page(queries.listed(current_user, community.id), Departure.id, before=request.args.get("before"))
    return render_template("departure/mine.html", community=community, page=page)


def _find(community: Community, ref: str) -> Departure:
    return db.one_or_404(queries.for_page(current_user, community.id, ref))


@blueprint.get("/a/<slug>/departures/<ref>")
@web.signed_in
def show(slug: str, ref: str) -> ResponseReturnValue:
    """What each sponsor was asked, chose, and what became of it."""
    community = community_for(slug, Action.SETTLE_DEPARTURE)
    return render_template("departure/show.html", community=community, departure=_find(community, ref), choices=CHOICES)


@blueprint.route("/a/<slug>/departures/<ref>/<int:share_id>", methods=["GET", "POST"])
@web.signed_in
def decide(slug: str, ref: str, share_id: int) -> ResponseReturnValue:
    """The community decides on what a sponsor has left to it."""
    community, departure, share = _share(slug, ref, share_id)
    form, left = DecideForm(), rules.left_of(share)
    offer(form, share, left, [each for each in offered(departure.kind) if each is not Choice.COMMUNITY])
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.decide(share, form.chosen, target_of(form, share, left), by=current_user)
            return redirect(url_for("departure.show", slug=slug, ref=ref), 303)
    community, departure, share = _share(slug, ref, share_id)
    context = {"community": community, "departure": departure, "share": share}
    return render_template("departure/decide.html", form=form, **context), form.status


def _share(slug: str, ref: str, share_id: int) -> tuple[Community, Departure, Share]:
    community = community_for(slug, Action.SETTLE_DEPARTURE)
    departure = _find(community, ref)
    return community, departure, next((each for each in departure.shares if each.id == share_id), None) or abort(404)


@blueprint.route("/a/<slug>/campaigns/<campaign_slug>/replacement", methods=["GET", "POST"])
@web.signed_in
def replacement(slug: str, campaign_slug: str) -> ResponseReturnValue:
    """Another approved student takes a free place in a campaign for a group."""
    community = community_for(slug, Action.VIEW_COMMUNITY)
    campaign = _campaign(slug, campaign_slug)
    form = ReplaceForm()
    form.offer(db.session.scalars(campaigns.open_needs(community.id)).all())
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.replace(campaign, form.needs.data, by=current_user)
            flash("The campaign asks for these needs as well now.", "good")
            return redirect(url_for("campaign.manage", slug=slug, campaign_slug=campaign_slug), 303)
    context = {"community": community_for(slug, Action.VIEW_COMMUNITY), "campaign": _campaign(slug, campaign_slug)}
    return render_template("departure/replacement.html", form=form, **context), form.status


def _campaign(slug: str, campaign_slug: str) -> Campaign:
    campaign = db.one_or_404(campaigns.for_page(current_user, slug, campaign_slug))
    access.require(current_user, Action.EDIT_CAMPAIGN, campaign)
    return campaign

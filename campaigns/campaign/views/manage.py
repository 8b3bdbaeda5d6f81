"""The team's list of campaigns, and the desk of one."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from campaigns import access
from campaigns.access import Action
from campaigns.campaign import queries
from campaigns.campaign.forms import StepForm
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import consent, lifecycle, review
from campaigns.campaign.states import FILTERS
from campaigns.campaign.views.base import blueprint, find, find_community, may
from campaigns.kit import db, paging, web
from campaigns.kit.money import Money
from campaigns.student.states import Purpose

STEPS = {
    "submit": (review.submit, "It waits for its readers now."),
    "take-back": (review.take_back, "It is a draft again."),
    "drop-changes": (review.drop_revision, "The proposed changes are gone."),
    "pause": (lifecycle.pause, "It takes no pledges until you resume it."),
    "resume": (lifecycle.resume, "It takes pledges again."),
    "close": (lifecycle.close_short, "It takes no more pledges."),
    "cancel": (lifecycle.cancel, "It is cancelled, and no longer public."),
    "finish": (lifecycle.finish, "It is closed. Thank you."),
}


@blueprint.get("/a/<slug>/campaigns")
@web.signed_in
def mine(slug: str) -> ResponseReturnValue:
    """The community's campaigns, newest first."""
    community = find_community(slug)
    chosen = request.args.get("state", "")
    select = queries.of_community(current_user, community.id, FILTERS.get(chosen))
    page = paging.page(select, Campaign.id, before=request.args.get("before"))
    older = page.older and url_for("campaign.mine", slug=slug, state=chosen or None, before=page.older)
    return render_template(
        "campaign/mine.html", community=community, chosen=chosen, filters=FILTERS, rows=page.rows, older=older,
        money=Money, may_create=access.allows(current_user, Action.CREATE_CAMPAIGN, community),
    )  # fmt: skip


@blueprint.get("/a/<slug>/campaigns/<campaign_slug>")
@web.signed_in
def manage(slug: str, campaign_slug: str) -> ResponseReturnValue:
    """One campaign: what to do next, its figures, lines and history."""
    campaign = find(slug, campaign_slug)
    return render_template(
        "campaign/manage.html", community=find_community(slug), campaign=campaign, may=may(campaign), form=StepForm(),
        without_text=consent.missing(campaign, Purpose.PUBLISH_TEXT),
        without_image=consent.missing(campaign, Purpose.PUBLISH_IMAGE) if campaign.cover_shows_student else [],
        approval=review.approval_of(campaign),
        history=db.session.execute(queries.history_of(campaign)).all(),
    )  # fmt: skip


@blueprint.post("/a/<slug>/campaigns/<campaign_slug>/<step>")
@web.signed_in
def take_step(slug: str, campaign_slug: str, step: str) -> ResponseReturnValue:
    """Move a campaign on."""
    campaign = find(slug, campaign_slug)
    if step not in STEPS:
        raise NotFound
    rule, told = STEPS[step]
    rule(campaign, by=current_user)
    flash(told, "good")
    return redirect(url_for("campaign.manage", slug=slug, campaign_slug=campaign_slug), 303)

"""Reading what is to be published, as the public would see it; and deciding on it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.campaign import queries
from campaigns.campaign.forms import ReviewForm
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import consent, words
from campaigns.campaign.rules import review as rules
from campaigns.campaign.rules.budget import budget
from campaigns.campaign.states import CampaignState
from campaigns.campaign.views.base import blueprint, find, find_community
from campaigns.kit import db, text, web
from campaigns.student.states import Purpose

FIRST = "Approved by you. It is public once a second person has approved it, too."


@blueprint.get("/a/<slug>/campaigns/<campaign_slug>/preview")
@web.signed_in
def preview(slug: str, campaign_slug: str) -> ResponseReturnValue:
    """What the public would see, for the whole team."""
    return _page(slug, find(slug, campaign_slug), None)


@blueprint.route("/a/<slug>/campaigns/<campaign_slug>/review", methods=["GET", "POST"])
@web.signed_in
def review(slug: str, campaign_slug: str) -> ResponseReturnValue:
    """Approve what has been read, or send it back."""
    campaign = find(slug, campaign_slug)
    rules.require_reviewer(current_user, campaign)
    form = ReviewForm()
    form.for_minor(campaign.concerns_minor)
    if form.validate_on_submit():
        with form.showing_refusals():
            flash(_decide(campaign, form), "good")
            return redirect(url_for("campaign.manage", slug=slug, campaign_slug=campaign_slug), 303)
    return _page(slug, find(slug, campaign_slug), form), form.status


def _decide(campaign: Campaign, form: ReviewForm) -> str:
    revised = campaign.state is not CampaignState.IN_REVIEW
    if form.approve.data:
        approve = rules.approve_revision if revised else rules.approve
        public = approve(campaign, seen=form.seen.data or "", answers=form.answers, by=current_user)
        return "Approved. The public sees it now." if public else FIRST
    send_back = rules.send_revision_back if revised else rules.send_back
    send_back(campaign, note=form.note.data or "", by=current_user)
    return "Sent back to its author."


def _page(slug: str, campaign: Campaign, form: ReviewForm | None) -> str:
    said = campaign.revision or campaign
    if form is not None:
        form.seen.data = words.fingerprint(said)
    return render_template(
        "campaign/review.html" if form is not None else "campaign/preview.html",
        community=find_community(slug), campaign=campaign, said=said, story=text.markdown(said.story), form=form,
        budget=budget(db.session.execute(queries.public_lines(campaign.id)).all()),
        approval=rules.approval_of(campaign), changed=words.changed(campaign),
        traces=consent.traces(campaign.id, *words.texts(campaign)),
        without_text=consent.missing(campaign, Purpose.PUBLISH_TEXT),
        without_image=consent.missing(campaign, Purpose.PUBLISH_IMAGE) if said.cover_shows_student else [],
    )  # fmt: skip

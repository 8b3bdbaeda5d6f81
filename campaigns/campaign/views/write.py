"""Making a campaign and changing what it says."""

from collections.abc import Sequence

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.campaign import queries
from campaigns.campaign.forms import NewForm, WordsForm, said
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import write
from campaigns.campaign.states import OPEN_ENDED
from campaigns.campaign.views.base import blueprint, find, find_community
from campaigns.community.models import Community
from campaigns.kit import db, text, web
from campaigns.student.models import Need


@blueprint.route("/a/<slug>/campaigns/new", methods=["GET", "POST"])
@web.signed_in
def create(slug: str) -> ResponseReturnValue:
    """Choose needs, write, and keep it as a draft."""
    community = find_community(slug)
    access.require(current_user, Action.CREATE_CAMPAIGN, community)
    form = NewForm()
    form.offer(_open_needs(community))
    if form.validate_on_submit() and not form.preview.data:
        with form.showing_refusals():
            return _created(community, form)
    return _create_page(find_community(slug), form), form.status


@blueprint.route("/a/<slug>/campaigns/<campaign_slug>/edit", methods=["GET", "POST"])
@web.signed_in
def edit(slug: str, campaign_slug: str) -> ResponseReturnValue:
    """Change a draft, or propose other words for a public campaign."""
    campaign = find(slug, campaign_slug)
    access.require(current_user, Action.EDIT_CAMPAIGN, campaign)
    form = WordsForm(data=said(campaign))
    if campaign.state not in OPEN_ENDED:
        del form.deadline
    if form.validate_on_submit() and not form.preview.data:
        with form.showing_refusals():
            deadline = form.deadline.data if "deadline" in form else campaign.deadline
            write.edit(campaign, form.words(), deadline, by=current_user)
            return _managed(campaign)
    return _edit_page(find_community(slug), campaign_slug, form), form.status


def _open_needs(community: Community) -> Sequence[Need]:
    return db.session.scalars(queries.open_needs(community.id)).all()


def _create_page(community: Community, form: NewForm) -> str:
    needs = _open_needs(community)  # again: a refusal has rolled back, and they may be others now
    return render_template("campaign/create.html", form=form, needs=needs, community=community, shown=_shown(form))


def _created(community: Community, form: NewForm) -> ResponseReturnValue:
    campaign = write.create(
        community, form.needs.data, form.words(), form.deadline.data, once=form.once.data, by=current_user
    )
    return redirect(url_for("campaign.manage", slug=community.slug, campaign_slug=campaign.slug), 303)


def _managed(campaign: Campaign) -> ResponseReturnValue:
    slug = campaign.organisation.slug
    return redirect(url_for("campaign.manage", slug=slug, campaign_slug=campaign.slug), 303)


def _edit_page(community: Community, campaign_slug: str, form: WordsForm) -> str:
    campaign = find(community.slug, campaign_slug)  # again: a refusal has rolled back what the rule began
    return render_template("campaign/edit.html", form=form, campaign=campaign, community=community, shown=_shown(form))


def _shown(form: WordsForm) -> str | None:
    return text.markdown(form.story.data or "") if form.preview.data else None

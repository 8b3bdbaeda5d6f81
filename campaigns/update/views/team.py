"""Where the team writes, checks, publishes and withdraws updates."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.approval.forms import ChecklistForm
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import consent
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db, paging, text, web
from campaigns.kit.errors import NotAllowed, SecondFactorNeeded
from campaigns.kit.forms import Form
from campaigns.update import queries, rules
from campaigns.update.forms import GiveBackForm, StepForm, WriteForm
from campaigns.update.models import Update
from campaigns.update.views.base import blueprint

STEPS = {"review": rules.send_for_review, "publish": rules.publish, "withdraw": rules.withdraw}


def _community(slug: str) -> Community:
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, Action.VIEW_COMMUNITY, community)
    return community


def _find(community: Community, update_id: int) -> Update:
    return db.one_or_404(queries.for_page(current_user, community.id, update_id))


def _shown(slug: str, update_id: int) -> ResponseReturnValue:
    return redirect(url_for("update.edit", slug=slug, update_id=update_id), 303)


def _preview(form: WriteForm) -> str | None:
    return text.markdown(form.body.data) if form.wants_preview and not form.errors else None


@blueprint.get("/a/<slug>/updates")
@web.signed_in
def mine(slug: str) -> ResponseReturnValue:
    """The community's updates, newest first."""
    community = _community(slug)
    rows = queries.rows(current_user, community.id)
    page = paging.page(rows, Update.id, before=request.args.get("before"))
    return render_template("update/mine.html", community=community, page=page)


@blueprint.route("/a/<slug>/campaigns/<campaign_slug>/updates/new", methods=["GET", "POST"])
@web.signed_in
def create(slug: str, campaign_slug: str) -> ResponseReturnValue:
    """Begin an update on a campaign."""
    community = _community(slug)
    campaign = db.one_or_404(queries.campaign_of(current_user, community.id, campaign_slug))
    access.require(current_user, Action.WRITE_UPDATE, campaign)
    form = WriteForm()
    if form.validate_on_submit() and not form.wants_preview:
        with form.showing_refusals():
            return _begun(slug, campaign, form)
    forced = rules.concerns_minor(campaign, False)
    page = render_template(
        "update/create.html", community=community, campaign=campaign, form=form, forced=forced, preview=_preview(form)
    )
    return page, form.status


def _begun(slug: str, campaign: Campaign, form: WriteForm) -> ResponseReturnValue:
    title, body, minor = form.title.data, form.body.data, form.minor.data
    made = rules.create(campaign, title=title, body=body, minor=minor, once=form.once.data, by=current_user)
    return _shown(slug, made.id)


@blueprint.route("/a/<slug>/updates/<int:update_id>", methods=["GET", "POST"])
@web.signed_in
def edit(slug: str, update_id: int) -> ResponseReturnValue:
    """One update: its text, to change for its author, and the steps it can take next."""
    community = _community(slug)
    update = _find(community, update_id)
    form = WriteForm(title=update.title, body=update.body, minor=update.concerns_minor)
    if form.validate_on_submit() and not form.wants_preview:
        with form.showing_refusals():
            title, body, minor = form.title.data, form.body.data, form.minor.data
            rules.save(update, title=title, body=body, minor=minor, by=current_user)
            return _shown(slug, update_id)
    return _page(community, update_id, form=form)


@blueprint.post("/a/<slug>/updates/<int:update_id>/approve")
@web.signed_in
def approve(slug: str, update_id: int) -> ResponseReturnValue:
    """Approve the text that was read, as one of two where a minor is concerned."""
    community = _community(slug)
    update, form = _find(community, update_id), ChecklistForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.approve(update, seen=form.seen.data or "", answers=form.answers, by=current_user)
            return _shown(slug, update_id)
    return _page(community, update_id, read=form)


@blueprint.post("/a/<slug>/updates/<int:update_id>/<any(review, publish, withdraw):step>")
@web.signed_in
def step(slug: str, update_id: int, step: str) -> ResponseReturnValue:
    """Send for review, publish or withdraw."""
    community = _community(slug)
    update, form = _find(community, update_id), StepForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            STEPS[step](update, by=current_user)
            return _shown(slug, update_id)
    return _page(community, update_id, taken=form)


@blueprint.post("/a/<slug>/updates/<int:update_id>/give-back")
@web.signed_in
def give_back(slug: str, update_id: int) -> ResponseReturnValue:
    """Return an update to its author with a note."""
    community = _community(slug)
    update, form = _find(community, update_id), GiveBackForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.give_back(update, note=form.note.data, by=current_user)
            return _shown(slug, update_id)
    return _page(community, update_id, returned=form)


def _reads(update: Update) -> bool:
    """Whether to offer this person to read it for publication; a second factor is asked for when they do."""
    try:
        rules.require_reader(current_user, update)
    except SecondFactorNeeded:
        return True
    except NotAllowed:
        return False
    return True


def _page(
    community: Community,
    update_id: int,
    *,
    form: WriteForm | None = None,
    taken: StepForm | None = None,
    read: ChecklistForm | None = None,
    returned: GiveBackForm | None = None,
) -> ResponseReturnValue:
    """The update as it is now: a refused step has rolled back what was loaded before."""
    update = _find(community, update_id)
    shown = form or WriteForm(formdata=None, title=update.title, body=update.body, minor=update.concerns_minor)
    sent: list[Form] = [each for each in (form, taken, read, returned) if each is not None]
    page = render_template(
        "update/edit.html",
        community=community,
        update=update,
        form=shown,
        taken=taken or StepForm(formdata=None),
        read=(read or ChecklistForm(formdata=None)).for_minor(update.concerns_minor),
        approval=rules.approval_of(update),
        traces=consent.traces(update.campaign_id, update.title, update.body),
        returned=returned or GiveBackForm(formdata=None),
        preview=_preview(shown),
        forced=rules.concerns_minor(update.campaign, False),
        is_author=update.author_id == current_user.id,
        may_write=access.allows(current_user, Action.WRITE_UPDATE, update),
        may_approve=_reads(update),
        may_withdraw=access.allows(current_user, Action.APPROVE_UPDATE, update),
    )
    return page, max((each.status for each in sent), default=200)

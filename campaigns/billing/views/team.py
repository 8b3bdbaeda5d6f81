"""The team's documents: the list, issuing one for a sponsor, and taking one back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.billing import queries, rules
from campaigns.billing.forms import CancelForm, OrderForm
from campaigns.billing.models import BillingDocument
from campaigns.billing.states import Kind
from campaigns.billing.views.base import blueprint, download, invoiced
from campaigns.community import queries as communities
from campaigns.community.models import Community, CommunityLegal
from campaigns.kit import db, paging, web
from campaigns.pledge import queries as pledges
from campaigns.pledge.models import Pledge


def _community(slug: str, action: Action = Action.SEE_MONEY) -> Community:
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, action, community)
    return community


def _place(community: Community) -> dict[str, Any]:
    may = {action: access.allows(current_user, action, community) for action in (Action.ISSUE_DOCUMENT,)}
    may_record = access.allows(current_user, Action.RECORD_PAYMENT, community)
    return {
        "community": community,
        "section": "money",
        "may_record": may_record,
        "may_issue": may[Action.ISSUE_DOCUMENT],
    }


@blueprint.get("/a/<slug>/money/documents")
@web.signed_in
def mine(slug: str) -> ResponseReturnValue:
    """The community's documents, the newest first, of one kind or of all."""
    community = _community(slug)
    kind = next((each for each in Kind if each == request.args.get("kind")), None)
    page = paging.page(
        queries.team_list(current_user, community.id, kind), BillingDocument.id, before=request.args.get("before")
    )
    legal = db.session.get(CommunityLegal, community.id)
    return render_template("billing/mine.html", page=page, kind=kind, kinds=Kind, legal=legal, **_place(community))


@blueprint.route("/a/<slug>/money/documents/new/<pledge_ref>", methods=["GET", "POST"])
@web.signed_in
def create(slug: str, pledge_ref: str) -> ResponseReturnValue:
    """Write a document for a sponsor: for this pledge, and others of the same sponsor."""
    community = _community(slug, Action.ISSUE_DOCUMENT)
    pledge = _pledge(community, pledge_ref)
    form = OrderForm(name=pledge.organisation_name)
    lines = db.session.scalars(queries.billable_of(pledge)).all()
    form.offer(lines, invoiced(lines))
    if form.validate_on_submit():
        with form.showing_refusals():
            made = rules.issue(
                form.chosen_kind, form.instalments.data, form.order, once=form.once.data, by=current_user
            )
            flash(f"{made.label} is issued, and mailed to the sponsor.", "good")
            return redirect(url_for("billing.show", slug=slug, ref=made.ref), 303)
    about = {"pledge": _pledge(community, pledge_ref), "lines": lines, "form": form}
    return render_template("billing/create.html", **about, **_place(community)), form.status


@blueprint.get("/a/<slug>/money/documents/<ref>")
@web.signed_in
def show(slug: str, ref: str) -> ResponseReturnValue:
    """A document, what corrects it, and what can be done about it."""
    community = _community(slug)
    found = _document(community, ref)
    corrected = db.session.scalars(queries.corrections_of(found.id)).all()
    standing = sum(row.amount for row in db.session.execute(queries.standing_of(found.id)))
    about = {"document": found, "corrected": corrected, "standing": standing}
    return render_template("billing/show.html", paper=rules.read(found), **about, **_place(community))


@blueprint.get("/a/<slug>/money/documents/<ref>.pdf")
@web.signed_in
def show_pdf(slug: str, ref: str) -> ResponseReturnValue:
    """The same as a file."""
    return download(_document(_community(slug), ref))


@blueprint.route("/a/<slug>/money/documents/<ref>/cancel", methods=["GET", "POST"])
@web.signed_in
def cancel(slug: str, ref: str) -> ResponseReturnValue:
    """Take an invoice back by a credit note."""
    community, form = _community(slug, Action.ISSUE_DOCUMENT), CancelForm()
    found = _document(community, ref)
    if form.validate_on_submit():
        with form.showing_refusals():
            note = rules.cancel(found, form.reason.data, once=form.once.data, by=current_user)
            flash(f"{note.label} is issued, and mailed to the sponsor.", "good")
            return redirect(url_for("billing.show", slug=slug, ref=note.ref), 303)
    found = _document(community, ref)
    return render_template("billing/cancel.html", document=found, form=form, **_place(community)), form.status


def _document(community: Community, ref: str) -> BillingDocument:
    mine = queries.visible_to(current_user).where(BillingDocument.organisation_id == community.id)
    return db.one_or_404(mine.where(BillingDocument.ref == ref))


def _pledge(community: Community, ref: str) -> Pledge:
    mine = pledges.visible_to(current_user).where(Pledge.organisation_id == community.id)
    return db.one_or_404(mine.where(Pledge.ref == ref))

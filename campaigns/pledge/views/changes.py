"""A cost of an approved student changes: proposed, decided by a second person, answered by its sponsors."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.campaign.queries import pledged_for
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import crypto, db, links, web
from campaigns.kit.limits import limiter
from campaigns.kit.links import LinkSpent
from campaigns.pledge import rules
from campaigns.pledge.forms import DecideForm, RenewForm, SettleForm
from campaigns.pledge.models import PledgeRenewal
from campaigns.pledge.queries import renewals as queries
from campaigns.pledge.states import Renewal
from campaigns.pledge.views.base import blueprint, own_url
from campaigns.student import queries as students
from campaigns.student.forms import ChangeForm, as_it_is
from campaigns.student.models import Application, Need, NeedChange
from campaigns.student.rules import changes
from campaigns.student.states import HOW

BOTH = ["GET", "POST"]


@blueprint.route("/a/<slug>/applications/<ref>/needs/<int:need_id>/change", methods=BOTH)
@web.signed_in
def change_need(slug: str, ref: str, need_id: int) -> ResponseReturnValue:
    """Say that a cost of an approved student is another now."""
    need = _need(slug, ref, need_id)["need"]
    form = ChangeForm(data=as_it_is(need))
    form.amount.for_currency(need.currency)
    if form.validate_on_submit():
        with form.showing_refusals():
            change = rules.propose(need, form.told, by=current_user)
            return redirect(url_for("pledge.need_change", slug=slug, change_id=change.id), 303)
    return render_template("pledge/change_need.html", form=form, **_need(slug, ref, need_id)), form.status


@blueprint.route("/a/<slug>/need-changes/<int:change_id>", methods=BOTH)
@web.signed_in
def need_change(slug: str, change_id: int) -> ResponseReturnValue:
    """A change, old and new side by side, to be decided by a second person; and what its sponsors said."""
    community, change = _change(slug, change_id)
    form = DecideForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            decide = rules.approve if form.approve.data else changes.decline
            decide(change, by=current_user)
            return redirect(url_for("pledge.need_change", slug=slug, change_id=change_id), 303)
    community, change = _change(slug, change_id)
    return render_template("pledge/need_change.html", form=form, **_shown(community, change)), form.status


@blueprint.get("/a/<slug>/refund-wishes")
@web.signed_in
def refund_wishes(slug: str) -> ResponseReturnValue:
    """What sponsors would like to have back after a cost has changed."""
    return _wishes(_money(slug))


@blueprint.post("/a/<slug>/refund-wishes/<int:renewal_id>")
@web.signed_in
def settle_refund(slug: str, renewal_id: int) -> ResponseReturnValue:
    """Note what came of one."""
    community, form = _money(slug), SettleForm()
    wish = db.one_or_404(queries.refund_wishes(current_user, community.id).where(PledgeRenewal.id == renewal_id))
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.settle_refund(wish, form.outcome.data or "", by=current_user)
            flash("Noted.", "good")
            return redirect(url_for("pledge.refund_wishes", slug=slug), 303)
    return _wishes(_money(slug), form, renewal_id)


@blueprint.route("/p/renew/<token>", methods=BOTH)
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def renew(token: str) -> ResponseReturnValue:
    """Show a sponsor what a cost was and is; the POST answers."""
    try:
        renewal = db.one_or_404(queries.renewal(links.peek(queries.PURPOSE, token).subject_id))
    except LinkSpent:
        return _spent(token)
    if renewal.answered_at is not None:
        return redirect(own_url(renewal.pledge), 303)
    form = RenewForm(renewal.pledge.instalments)
    if form.validate_on_submit():
        with form.showing_refusals():
            pledge = rules.answer(token, Renewal(form.answer.data))
            flash("Thank you. Your answer is noted.", "good")
            return redirect(own_url(pledge), 303)
    fresh = db.session.scalars(queries.renewal(renewal.id)).one()
    return render_template("pledge/renew.html", form=form, renewal=fresh, pledge=fresh.pledge), form.status


def _need(slug: str, ref: str, need_id: int) -> dict[str, Any]:
    community = db.one_or_404(communities.of_member(current_user, slug))
    mine = students.visible_to(current_user).where(Application.organisation_id == community.id, Application.ref == ref)
    application = db.one_or_404(students.in_full(mine))
    access.require(current_user, Action.VERIFY_NEED, application)
    need = db.one_or_404(students.needs_of(application.id).where(Need.id == need_id))
    return {"community": community, "application": application, "need": need}


def _change(slug: str, change_id: int) -> tuple[Community, NeedChange]:
    community = db.one_or_404(communities.of_member(current_user, slug))
    mine = students.changes_visible_to(current_user).where(NeedChange.organisation_id == community.id)
    change = db.one_or_404(mine.where(NeedChange.id == change_id).execution_options(populate_existing=True))
    access.require(current_user, Action.VERIFY_NEED, change.need.application)
    return community, change


def _shown(community: Community, change: NeedChange) -> dict[str, Any]:
    asked = db.session.scalars(queries.of_change(change.id)).all()
    agreed = sum(each.answer is Renewal.AGREED for each in asked)
    may_decide = access.allows(current_user, Action.APPROVE_NEED_CHANGE, change)
    behind = db.session.scalars(pledged_for(change.need_id)).first()
    place = {"community": community, "change": change, "may_decide": may_decide, "how": HOW}
    return {**place, "asked": asked, "agreed": agreed, "behind": behind}


def _money(slug: str) -> Community:
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, Action.SEE_MONEY, community)
    return community


def _wishes(community: Community, tried: SettleForm | None = None, about: int = 0) -> ResponseReturnValue:
    wishes = db.session.scalars(queries.refund_wishes(current_user, community.id)).all()
    forms = {each.id: tried if tried and each.id == about else SettleForm(formdata=None) for each in wishes}
    for number, form in forms.items():
        form.outcome.id = f"outcome-{number}"
    may_record = access.allows(current_user, Action.RECORD_PAYMENT, community)
    context = {"community": community, "section": "money", "may_record": may_record, "forms": forms}
    form = tried or SettleForm(formdata=None)
    return render_template("pledge/refund_wishes.html", wishes=wishes, form=form, **context), form.status


def _spent(token: str) -> ResponseReturnValue:
    """A link followed again leads whoever answered with it to the pledge."""
    known = db.session.scalars(queries.answered_with(crypto.digest(token))).one_or_none()
    if known is not None:
        return redirect(own_url(known), 303)
    return render_template("pledge/renew_spent.html"), 410

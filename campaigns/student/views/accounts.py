"""Where schools are paid: what they told through their links, for a treasurer to confirm."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db, web
from campaigns.student import queries
from campaigns.student.forms import ConfirmForm, StopAccountForm
from campaigns.student.models import SchoolAccount
from campaigns.student.rules import requests as rules
from campaigns.student.views.base import blueprint


def _community(slug: str) -> Community:
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, Action.SEE_SCHOOL_ACCOUNTS, community)
    return community


def _account(slug: str, number: int) -> SchoolAccount:
    return db.one_or_404(queries.school_accounts(_community(slug).id).where(SchoolAccount.id == number))


@blueprint.get("/a/<slug>/school-accounts")
@web.signed_in
def school_accounts(slug: str) -> ResponseReturnValue:
    """The bank accounts of schools."""
    community = _community(slug)
    accounts = db.session.scalars(queries.school_accounts(community.id)).all()
    actions = {"confirm": Action.CONFIRM_SCHOOL_ACCOUNT, "second": Action.SECOND_SCHOOL_ACCOUNT}
    may = {
        step: {each.id for each in accounts if access.allows(current_user, action, each)}
        for step, action in actions.items()
    }
    context = {"accounts": accounts, "may": may, "button": ConfirmForm()}
    return render_template("student/request/accounts.html", community=community, **context)


@blueprint.post("/a/<slug>/school-accounts/<int:number>/confirm")
@web.signed_in
def confirm_school_account(slug: str, number: int) -> ResponseReturnValue:
    """Let the school be paid there."""
    rules.confirm_account(_account(slug, number), by=current_user)
    flash(
        "Confirmed. It can be used in three days, once a second person agrees; until then anybody may object.", "good"
    )
    return redirect(url_for("student.school_accounts", slug=slug), 303)


@blueprint.post("/a/<slug>/school-accounts/<int:number>/refuse")
@web.signed_in
def refuse_school_account(slug: str, number: int) -> ResponseReturnValue:
    """Do not pay there."""
    rules.refuse_account(_account(slug, number), by=current_user)
    flash("Refused. The school is not paid there.", "good")
    return redirect(url_for("student.school_accounts", slug=slug), 303)


@blueprint.post("/a/<slug>/school-accounts/<int:number>/second")
@web.signed_in
def second_school_account(slug: str, number: int) -> ResponseReturnValue:
    """Agree as the second person."""
    rules.second_account(_account(slug, number), by=current_user)
    flash("Agreed. The school can be paid there once its three days are over.", "good")
    return redirect(url_for("student.school_accounts", slug=slug), 303)


@blueprint.route("/a/<slug>/school-accounts/<int:number>/stop", methods=["GET", "POST"])
@web.signed_in
def stop_school_account(slug: str, number: int) -> ResponseReturnValue:
    """Object to an account, with a reason."""
    account, form = _account(slug, number), StopAccountForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.stop_account(account, reason=form.reason.data, by=current_user)
            flash("Stopped. Nothing is paid there any more, and all who look after the money were told.", "good")
            return redirect(url_for("student.school_accounts", slug=slug), 303)
    account = _account(slug, number)
    page = render_template("student/request/stop.html", community=_community(slug), account=account, form=form)
    return page, form.status

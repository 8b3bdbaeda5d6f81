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
from campaigns.student.forms import ConfirmForm
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
    may = {each.id for each in accounts if access.allows(current_user, Action.CONFIRM_SCHOOL_ACCOUNT, each)}
    context = {"accounts": accounts, "may": may, "button": ConfirmForm()}
    return render_template("student/request/accounts.html", community=community, **context)


@blueprint.post("/a/<slug>/school-accounts/<int:number>/confirm")
@web.signed_in
def confirm_school_account(slug: str, number: int) -> ResponseReturnValue:
    """Let the school be paid there."""
    rules.confirm_account(_account(slug, number), by=current_user)
    flash("Confirmed. It can be used in three days, so that there is time to object.", "good")
    return redirect(url_for("student.school_accounts", slug=slug), 303)


@blueprint.post("/a/<slug>/school-accounts/<int:number>/refuse")
@web.signed_in
def refuse_school_account(slug: str, number: int) -> ResponseReturnValue:
    """Do not pay there."""
    rules.refuse_account(_account(slug, number), by=current_user)
    flash("Refused. The school is not paid there.", "good")
    return redirect(url_for("student.school_accounts", slug=slug), 303)

"""An officer answers a student who asks for their data, or to be forgotten."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db, web
from campaigns.report import queries
from campaigns.report.forms import ConfirmForm, EraseForm
from campaigns.report.rules import erase, export
from campaigns.report.views.base import archive, blueprint
from campaigns.student.models import Application

ONE = "/a/<slug>/applications/<ref>"


def _found(slug: str, ref: str, action: Action) -> tuple[Community, Application]:
    community = db.one_or_404(communities.of_member(current_user, slug))
    found = db.one_or_404(queries.of_officer(current_user, community.id, ref))
    access.require(current_user, action, found)
    return community, found


@blueprint.route(f"{ONE}/data", methods=["GET", "POST"])
@web.signed_in
def data_of(slug: str, ref: str) -> ResponseReturnValue:
    """All that is held about a student, for the student who asked for it."""
    community, found = _found(slug, ref, Action.EXPORT_PERSON)
    form = ConfirmForm()
    if form.validate_on_submit():
        return archive(export.for_officer(found, by=current_user), found.ref)
    return render_template("report/data_of.html", form=form, community=community, application=found), form.status


@blueprint.route(f"{ONE}/erase", methods=["GET", "POST"])
@web.signed_in
def erase_one(slug: str, ref: str) -> ResponseReturnValue:
    """Forget a student who asked for it."""
    community, found = _found(slug, ref, Action.ERASE_PERSON)
    form = EraseForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            erase.by_officer(found, word=form.word.data or "", by=current_user)
            flash("The student is erased. What the books need stays, without a name.", "good")
            return redirect(url_for("student.applications", slug=slug), 303)
    return render_template("report/erase_one.html", form=form, community=community, application=found), form.status

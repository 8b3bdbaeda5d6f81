"""Keeping out of an application, and what vetters tell of themselves."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import SelectChoice

from campaigns.access import Action
from campaigns.kit import db, web
from campaigns.student import queries, rules
from campaigns.student.forms import ConfirmForm, DeclareForm, InterestForm, OverruleForm
from campaigns.student.models import Interest
from campaigns.student.views.base import blueprint
from campaigns.student.views.vetting.base import BOTH, ONE, community_of, one_application, shown


@blueprint.route(f"{ONE}/conflict", methods=BOTH)
@web.signed_in
def conflict(slug: str, ref: str) -> ResponseReturnValue:
    """Say why somebody else should vet it."""
    community, found = one_application(slug, ref, Action.ASK_APPLICANT)
    form = DeclareForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.declare(found, form.chosen, form.note.data or "", by=current_user)
            flash("Thank you. Somebody else vets it.", "success")
            return redirect(url_for("student.applications", slug=slug), 303)
    return render_template("student/conflict.html", form=form, community=community, application=found), form.status


@blueprint.route(f"{ONE}/conflicts/<int:conflict_id>", methods=BOTH)
@web.signed_in
def overrule(slug: str, ref: str, conflict_id: int) -> ResponseReturnValue:
    """Say that a family name is a coincidence."""
    community, found = one_application(slug, ref, Action.OVERRULE_CONFLICT)
    form = OverruleForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.overrule(found, conflict_id, form.why.data or "", by=current_user)
            return shown(slug, ref)
    return render_template("student/overrule.html", form=form, community=community, application=found), form.status


@blueprint.route("/a/<slug>/interests", methods=BOTH)
@web.signed_in
def interests(slug: str) -> ResponseReturnValue:
    """What a vetter tells of themselves once, so that conflicts are found."""
    community, form = community_of(slug), InterestForm()
    typed = request.args.get("q", "").strip()[:100]
    found = db.session.scalars(queries.schools(typed)).all()[: queries.SCHOOLS_SHOWN] if typed else []
    form.school_id.choices = [SelectChoice(each.id, each.name) for each in found]
    if form.validate_on_submit():
        with form.showing_refusals():
            _tell(form)
            return redirect(url_for("student.interests", slug=slug), 303)
    context = {"typed": typed, "told": rules.interests(current_user), "ending": ConfirmForm()}
    return render_template("student/interests.html", form=form, community=community, **context), form.status


def _tell(form: InterestForm) -> None:
    if form.school_id.data:
        rules.tell_school(db.one_or_404(queries.school(form.school_id.data)), by=current_user)
    if form.domain.data:
        rules.tell_domain(form.domain.data, by=current_user)
    if form.contact.data:
        rules.tell_contact(form.contact.data, by=current_user)
    if form.country.data:
        rules.tell_place(form.country.data, form.region.data or "", by=current_user)


@blueprint.post("/a/<slug>/interests/<int:interest_id>/end")
@web.signed_in
def interest_end(slug: str, interest_id: int) -> ResponseReturnValue:
    """Take back what was told."""
    community_of(slug)
    told = db.one_or_404(queries.interests_of([current_user.id]).where(Interest.id == interest_id))
    rules.take_back(told, by=current_user)
    return redirect(url_for("student.interests", slug=slug), 303)

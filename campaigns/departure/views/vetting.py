"""Those who vet: a departure is reported and confirmed, an outcome recorded and approved."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community.models import Community
from campaigns.departure import queries, rules
from campaigns.departure.forms import KINDS, ConfirmForm, OutcomeForm, ReportForm
from campaigns.departure.models import Departure
from campaigns.departure.states import DepartureKind
from campaigns.departure.views.base import blueprint, community_for
from campaigns.kit import db, web
from campaigns.student import queries as students
from campaigns.student import rules as student_rules
from campaigns.student.forms import ConfirmForm as StepForm
from campaigns.student.models import Application, Outcome
from campaigns.student.states import REACHED

ONE = "/a/<slug>/applications/<ref>"


def _application(slug: str, ref: str, action: Action) -> tuple[Community, Application]:
    """One application of a community, where this person may do `action` with it."""
    community = community_for(slug, Action.SEE_APPLICATIONS)
    mine = students.visible_to(current_user).where(Application.organisation_id == community.id, Application.ref == ref)
    application = db.one_or_404(students.in_full(mine))
    access.require(current_user, action, application)
    return community, application


def _departure(application: Application) -> Departure | None:
    return db.session.scalars(queries.open_of(application.id)).one_or_none()


@blueprint.route(f"{ONE}/departure", methods=["GET", "POST"])
@web.signed_in
def report(slug: str, ref: str) -> ResponseReturnValue:
    """Report that a student leaves; once it is, what was said, for the second person."""
    _, found = _application(slug, ref, Action.REPORT_DEPARTURE)
    form = ReportForm()
    schools = _schools(form)
    if form.validate_on_submit() and not _asks_which(form, len(schools)):
        with form.showing_refusals():
            rules.report(found, form.told(schools[0].id if schools else None), by=current_user)
            return redirect(url_for("departure.report", slug=slug, ref=ref), 303)
    return _page(slug, ref, form)


def _schools(form: ReportForm) -> list[Any]:
    """The listed schools that are called so; the one with this very name, where there is one."""
    name = (form.school.data or "").strip()
    if form.kind.data != DepartureKind.CHANGED_SCHOOL.value or not name:
        return []
    found = list(db.session.scalars(students.schools(name)))
    return [school for school in found if school.name.casefold() == name.casefold()] or found


def _asks_which(form: ReportForm, found: int) -> bool:
    if form.kind.data != DepartureKind.CHANGED_SCHOOL.value or found == 1:
        return False
    said = "Several schools are called so: enter the whole name." if found else "Enter a school that is listed here."
    form.school.errors = [*form.school.errors, said]
    return True


def _page(slug: str, ref: str, form: ReportForm, confirming: ConfirmForm | None = None) -> ResponseReturnValue:
    community, found = _application(slug, ref, Action.REPORT_DEPARTURE)
    departure = _departure(found)
    confirming = confirming or ConfirmForm(formdata=None)
    page = render_template(
        "departure/report.html",
        community=community,
        application=found,
        departure=departure,
        may_confirm=departure is not None and access.allows(current_user, Action.CONFIRM_DEPARTURE, departure),
        form=form,
        confirming=confirming,
        kinds=KINDS,
    )
    return page, max(form.status, confirming.status)


@blueprint.post(f"{ONE}/departure/confirm")
@web.signed_in
def confirm(slug: str, ref: str) -> ResponseReturnValue:
    """A second person has made sure."""
    _, found = _application(slug, ref, Action.REPORT_DEPARTURE)
    departure = db.one_or_404(queries.open_of(found.id))
    form = ConfirmForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.confirm(departure, by=current_user)
            flash("Confirmed. Those who pledged for it are asked what should become of the rest.", "good")
            return redirect(url_for("student.application", slug=slug, ref=ref), 303)
    return _page(slug, ref, ReportForm(formdata=None), form)


@blueprint.post(f"{ONE}/departure/dismiss")
@web.signed_in
def dismiss(slug: str, ref: str) -> ResponseReturnValue:
    """It was a mistake."""
    _, found = _application(slug, ref, Action.REPORT_DEPARTURE)
    departure = db.one_or_404(queries.open_of(found.id))
    if StepForm().validate_on_submit():
        rules.dismiss(departure, by=current_user)
        flash("Nothing has changed.", "good")
    return redirect(url_for("student.application", slug=slug, ref=ref), 303)


@blueprint.route(f"{ONE}/outcome", methods=["GET", "POST"])
@web.signed_in
def outcome(slug: str, ref: str) -> ResponseReturnValue:
    """Record what came of it; once it is, what was said, for an officer to approve."""
    _, found = _application(slug, ref, Action.RECORD_OUTCOME)
    form = OutcomeForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.complete(found, form.reached, by=current_user)
            return redirect(url_for("departure.outcome", slug=slug, ref=ref), 303)
    community, found = _application(slug, ref, Action.RECORD_OUTCOME)
    kept = db.session.scalars(students.outcomes_of([found.id])).one_or_none()
    may_approve = kept is not None and access.allows(current_user, Action.APPROVE_OUTCOME, kept)
    context = {"form": form, "step": StepForm(formdata=None), "outcome": kept, "reached": REACHED}
    page = render_template(
        "departure/outcome.html", community=community, application=found, may_approve=may_approve, **context
    )
    return page, form.status


@blueprint.post(f"{ONE}/outcome/approve")
@web.signed_in
def approve(slug: str, ref: str) -> ResponseReturnValue:
    """An officer lets sponsors read the student's own words."""
    _, found = _application(slug, ref, Action.RECORD_OUTCOME)
    kept: Outcome = db.one_or_404(students.outcomes_of([found.id]))
    if StepForm().validate_on_submit():
        student_rules.approve_outcome(kept, by=current_user)
        flash("Sponsors whom the student lets hear of it can read it now.", "good")
    return redirect(url_for("departure.outcome", slug=slug, ref=ref), 303)

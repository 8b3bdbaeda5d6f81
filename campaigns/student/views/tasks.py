"""The task list and its steps, each saved by itself."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from campaigns.kit import db, web
from campaigns.kit.money import Money
from campaigns.student import aliases, queries, rules
from campaigns.student import forms as the
from campaigns.student.models import Application, Need
from campaigns.student.states import Group
from campaigns.student.views import base
from campaigns.student.views.base import blueprint
from campaigns.student.views.entrance import gone
from campaigns.student.wordings import WORDINGS

SUGGESTIONS = 5
BOTH = ["GET", "POST"]


def _step(form: the.StepForm, application: Application, template: str, **context: object) -> ResponseReturnValue:
    if base.saved(form, application):
        return redirect(url_for("student.tasks"), 303)
    return render_template(f"student/{template}.html", form=form, application=application, **context), form.status


def _lacking(application: Application, standings: rules.Standings) -> dict[Group, str]:
    return rules.missing(application, base.identity_of(application), standings)


@blueprint.get("/apply/tasks")
@web.guest
def tasks() -> ResponseReturnValue:
    """What is told already, and what is still to tell."""
    application = base.editable()
    standings = rules.standings(application)
    lacking, groups = _lacking(application, standings), rules.groups(application)
    papers = db.session.scalars(queries.documents_of(application.id)).all()
    promised = db.session.scalars(queries.promises_of(application.id)).all()
    context = {"lacking": lacking, "groups": groups, "papers": papers, "promised": promised}
    owed = rules.guardian_owes(application, standings)
    return render_template("student/tasks.html", application=application, owed=owed, **context)


@blueprint.route("/apply/tasks/about", methods=BOTH)
@web.guest
def about() -> ResponseReturnValue:
    """Who the student is."""
    application = base.editable()
    identity = base.identity_of(application)
    born = identity.born
    parts = {"day": born.day, "month": born.month, "year": born.year} if born else {}
    return _step(the.AboutForm(obj=identity, data=parts), application, "about")


@blueprint.route("/apply/tasks/guardian", methods=BOTH)
@web.guest
def guardian() -> ResponseReturnValue:
    """Who cares for a minor."""
    application = base.editable()
    identity = base.identity_of(application)
    return _step(the.GuardianForm(obj=identity), application, "guardian", known=identity.birth_date is not None)


@blueprint.route("/apply/tasks/school", methods=BOTH)
@web.guest
def school() -> ResponseReturnValue:
    """Where the student learns: found by name, or typed where it is not listed."""
    application = base.editable()
    if "unlisted" in request.args or (application.school_name and not request.args):
        return _step(the.UnlistedSchoolForm(obj=application), application, "school_unlisted")
    typed, country = request.args.get("q", "").strip()[:100], request.args.get("country", "")[:2]
    found = db.session.scalars(queries.schools(typed, country)).all() if typed else []
    form = the.SchoolForm(obj=application)
    offered = found[: queries.SCHOOLS_SHOWN] or ([application.school] if application.school and not typed else [])
    form.school_id.choices = [SelectChoice(each.id, each.name) for each in offered]
    context = {"typed": typed, "country": country, "offered": offered, "countries": the.COUNTRIES}
    return _step(form, application, "school", more=len(found) > queries.SCHOOLS_SHOWN, **context)


@blueprint.route("/apply/tasks/place", methods=BOTH)
@web.guest
def place() -> ResponseReturnValue:
    """Country and region, no closer."""
    application = base.editable()
    return _step(the.PlaceForm(obj=application), application, "place")


@blueprint.route("/apply/tasks/needs", methods=BOTH)
@web.guest
def needs() -> ResponseReturnValue:
    """The costs, several on one page."""
    application = base.editable()
    form = the.NeedsForm(data={"lines": [_told(need) for need in application.needs]})
    form.for_currency(application.currency)
    pressed = form.press(request.form)
    if form.is_submitted() and _needs_saved(form, application) and not pressed:
        return redirect(url_for("student.tasks"), 303)
    total = sum((each.line.amount for each in form.right), Money.zero(application.currency))
    form.make_room(application.currency, add="add" in request.form)
    return render_template("student/needs.html", form=form, application=application, total=total), form.status


def _needs_saved(form: the.NeedsForm, application: Application) -> bool:
    form.validate()
    kept = rules.set_needs(application, [each.line for each in form.right], keep=form.wrong)
    for each, need in zip(form.right, kept, strict=True):
        each.number.data = str(need.id)
    db.session.commit()  # what is right stays, although the page that shows what is wrong answers 422
    return not form.errors


def _told(need: Need) -> dict[str, object]:
    kept = {"number": str(need.id), "kind": need.kind.value, "label": need.label}
    return kept | {"term": need.term, "amount": need.money}


@blueprint.route("/apply/tasks/story", methods=BOTH)
@web.guest
def story() -> ResponseReturnValue:
    """The student's own words."""
    application = base.editable()
    return _step(the.StoryForm(obj=application), application, "story")


@blueprint.route("/apply/tasks/appearance", methods=BOTH)
@web.guest
def appearance() -> ResponseReturnValue:
    """The name under which the student appears."""
    application = base.editable()
    form = the.AppearanceForm(data={"pick": application.alias})
    name = base.identity_of(application).legal_name or ""
    taken = set(db.session.scalars(queries.aliases_of(application.organisation_id)))
    offered = [application.alias, *aliases.suggest(SUGGESTIONS, avoiding=name, taken=taken)]
    if form.pick.data and form.pick.data not in offered:
        offered.append(form.pick.data)
    form.pick.choices = [SelectChoice(alias, alias) for alias in offered]
    return _step(form, application, "appearance")


@blueprint.route("/apply/tasks/answer", methods=BOTH)
@web.guest
def answer() -> ResponseReturnValue:
    """What a vetter asked."""
    application = base.editable()
    form = the.AnswerForm(obj=application.open_question)
    if form.validate_on_submit():
        rules.answer(application, form.answer.data or "")
        return redirect(url_for("student.tasks"), 303)
    return render_template("student/answer.html", form=form, application=application), form.status


@blueprint.route("/apply/tasks/check", methods=BOTH)
@web.guest
def check() -> ResponseReturnValue:
    """All answers once more, and sending them."""
    application = base.editable()
    form = the.SendForm().for_helped(application.handed_over_at is not None and application.confirmed_at is None)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.submit(application, confirmed=form.confirmed)
            return gone(sent=True) if form.clear.data else redirect(url_for("student.status"), 303)
    return render_template("student/check.html", form=form, **_told_so_far()), form.status


def _told_so_far() -> dict[str, object]:
    application = base.editable()
    standings = rules.standings(application)
    return {
        "application": application,
        "identity": base.identity_of(application),
        "standings": standings,
        "groups": rules.groups(application),
        "lacking": _lacking(application, standings),
        "wordings": WORDINGS,
        "kinds": the.KINDS,
        "papers": db.session.scalars(queries.documents_of(application.id)).all(),
        "promised": db.session.scalars(queries.promises_of(application.id)).all(),
        "paper_words": the.PAPERS,
        "promise_words": the.PROMISES,
    }

"""How a sent application stands, and what the student agrees to, which can change at any time."""

from datetime import date

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaigns.kit import db, web
from campaigns.student import queries, rules
from campaigns.student.forms import ConfirmForm, ConsentForm
from campaigns.student.models import Application, NeedChange
from campaigns.student.rules.majority import Why
from campaigns.student.states import EDITABLE, FUNDABLE, IN_WORDS, OPEN, SCORED, ChangeState, Stage, Verdict
from campaigns.student.views import base
from campaigns.student.views.base import blueprint
from campaigns.student.wordings import WORDINGS


@blueprint.get("/apply/status")
@web.guest
def status() -> ResponseReturnValue:
    """Where the application is and who acts next, in plain words."""
    application = base.held()
    if application.stage in EDITABLE:
        return redirect(url_for("student.tasks"), 303)
    decisions = db.session.scalars(queries.decisions_of(application)).all()
    standings = rules.standings(application)
    community = db.session.scalars(queries.community(application.organisation_id)).one()
    changes = queries.changes_of(application.id).where(NeedChange.state == ChangeState.APPLIED)
    context = {
        "changes": db.session.scalars(changes).all(),
        "reasons": [IN_WORDS[decision.reason] for decision in decisions if decision.verdict is Verdict.DECLINE],
        "letter": next((decision.letter for decision in decisions if decision.letter), None),
        "position": rules.position(application),
        "standings": standings,
        "next_step": rules.next_step(application, community, standings),
        "anew": _anew(application),
    }
    return render_template("student/status.html", application=application, wordings=WORDINGS, **context)


@blueprint.route("/apply/status/agree", methods=["GET", "POST"])
@web.guest
def renew() -> ResponseReturnValue:
    """Agreeing anew, before it ends by itself: for another year, or as somebody who is of age."""
    application = base.held()
    anew = _anew(application)
    if anew is None:
        return redirect(url_for("student.status"), 303)
    form = ConsentForm(data={"student": [], "guardian": []})
    form.for_minor(anew[0] is not Why.MAJORITY and application.is_minor)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.renew(application, form.agreed("student"), form.agreed("guardian"))
            return redirect(url_for("student.status"), 303)
    context = {"identity": base.identity_of(application), "wordings": WORDINGS, "anew": anew}
    return render_template("student/renew.html", form=form, application=application, **context), form.status


def _anew(application: Application) -> tuple[Why, date] | None:
    """Why the student should agree anew now, and when what there is ends."""
    running = application.stage in OPEN | FUNDABLE
    return rules.why_anew(application, base.identity_of(application)) if running else None


@blueprint.route("/apply/tasks/consent", methods=["GET", "POST"])
@web.guest
def consent() -> ResponseReturnValue:
    """What the student, and for a minor the guardian, agree to."""
    application = base.held()
    open_stages = EDITABLE | OPEN | SCORED | FUNDABLE | {Stage.WAITLISTED}
    if application.stage not in open_stages or application.with_helper:
        return redirect(url_for("student.status"), 303)
    identity = base.identity_of(application)
    by_link = identity.is_minor and rules.guardian_answered(application)
    form = ConsentForm(data=_ticked(application))
    form.for_minor(identity.is_minor and not by_link, later=application.stage in EDITABLE)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.give(application, form.agreed("student"), form.agreed("guardian"))
            return redirect(url_for("student.tasks"), 303)
    context = {"identity": base.identity_of(application), "wordings": WORDINGS, "by_link": by_link}
    context["asked"] = rules.guardian_asked(application)
    return render_template("student/consent.html", form=form, application=application, **context), form.status


def _ticked(application: Application) -> dict[str, list[str]]:
    now = rules.standings(application).values()
    return {
        "student": [standing.purpose.value for standing in now if standing.student],
        "guardian": [standing.purpose.value for standing in now if standing.guardian],
    }


@blueprint.route("/apply/status/leave", methods=["GET", "POST"])
@web.guest
def take_back() -> ResponseReturnValue:
    """Taking a sent application back."""
    application, form = base.held(), ConfirmForm()
    if application.stage is Stage.SUPPORTED:
        return redirect(url_for("departure.own"), 303)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.leave(application)
            return redirect(url_for("student.status"), 303)
    return render_template("student/take_back.html", form=form, application=application), form.status

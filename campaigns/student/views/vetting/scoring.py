"""Score sheets, and the decision that is confirmed after them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.kit import web
from campaigns.student import rules
from campaigns.student.forms import DecisionForm, ScoreForm
from campaigns.student.redact import redacted
from campaigns.student.states import RUBRIC, Verdict
from campaigns.student.views.base import blueprint
from campaigns.student.views.vetting.base import BOTH, ONE, hidden_names, one_application, shown


@blueprint.route(f"{ONE}/score", methods=BOTH)
@web.signed_in
def score(slug: str, ref: str) -> ResponseReturnValue:
    """Hand in a score sheet."""
    community, found = one_application(slug, ref, Action.VET)
    form = ScoreForm().with_levels()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.score(found, form.marks, Verdict(form.recommends.data), by=current_user)
            flash("Your sheet is handed in.", "success")
            return shown(slug, ref)
    hidden = hidden_names(found)
    context = {"community": community, "application": found, "rubric": RUBRIC}
    page = render_template("student/score.html", form=form, hide=lambda text: redacted(text, hidden), **context)
    return page, form.status


@blueprint.post(f"{ONE}/hand-back")
@web.signed_in
def hand_back(slug: str, ref: str) -> ResponseReturnValue:
    """Leave the scoring to somebody else."""
    _, found = one_application(slug, ref, Action.VET)
    rules.hand_back(found, by=current_user)
    flash("Somebody else is asked now.", "success")
    return redirect(url_for("student.applications", slug=slug), 303)


@blueprint.route(f"{ONE}/decision", methods=BOTH)
@web.signed_in
def decision(slug: str, ref: str) -> ResponseReturnValue:
    """Choose the reason, read the letter, and send it."""
    community, found = one_application(slug, ref, Action.DECIDE_APPLICATION)
    form = DecisionForm().offering(rules.open_reasons(found))
    shown_letter = None
    if form.validate_on_submit():
        words = form.paragraph.data or ""
        with form.showing_refusals():
            if "send" in request.form:
                rules.decide(found, form.chosen, paragraph=words, seen=form.seen.data or "", by=current_user)
                return shown(slug, ref)
        shown_letter = rules.preview(found, form.chosen, words)
        form.seen.data = shown_letter.seen
    context = {"community": community, "application": found, "preview": shown_letter}
    return render_template("student/decision.html", form=form, **context), form.status

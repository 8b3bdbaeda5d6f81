"""Noting how consent was checked, and ending it."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.kit import web
from campaigns.student import rules
from campaigns.student.forms import CheckForm, WithdrawForm
from campaigns.student.states import Purpose
from campaigns.student.views.base import blueprint
from campaigns.student.views.vetting.base import BOTH, ONE, one_application, shown
from campaigns.student.wordings import WORDINGS


@blueprint.route(f"{ONE}/consent", methods=BOTH)
@web.signed_in
def consent_check(slug: str, ref: str) -> ResponseReturnValue:
    """Note how consent was checked."""
    community, found = one_application(slug, ref, Action.CHECK_CONSENT)
    form = CheckForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.check(found, set(map(Purpose, form.purposes.data or ())), how=form.how.data or "", by=current_user)
            return shown(slug, ref)
    context = {"standings": rules.standings(found), "wordings": WORDINGS, "ending": WithdrawForm()}
    page = render_template("student/consent_check.html", form=form, community=community, application=found, **context)
    return page, form.status


@blueprint.post(f"{ONE}/consent/withdraw")
@web.signed_in
def consent_withdraw(slug: str, ref: str) -> ResponseReturnValue:
    """End consent to one purpose at once."""
    _, found = one_application(slug, ref, Action.CHECK_CONSENT)
    form = WithdrawForm()
    if form.validate_on_submit():
        rules.withdraw(found, Purpose(form.purpose.data), by=current_user)
        flash("It has ended. What it allowed is not shown any more.", "good")
    else:
        flash("Nothing has ended: choose what is to end.", "wait")
    return shown(slug, ref)

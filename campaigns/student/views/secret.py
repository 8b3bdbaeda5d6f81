"""The student's secret: choosing it, and a new one where it was forgotten."""

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from campaigns.kit import links, web
from campaigns.kit.limits import limiter
from campaigns.student import rules
from campaigns.student.forms import ForgotForm, SecretForm
from campaigns.student.models import Application
from campaigns.student.rules.secret import LINK
from campaigns.student.views import base
from campaigns.student.views.base import blueprint

BOTH = ["GET", "POST"]


@blueprint.route("/apply/secret", methods=BOTH)
@web.guest
def secret() -> ResponseReturnValue:
    """Choosing a secret, or another one."""
    application, form = base.held(bare=True), SecretForm()
    if application.with_helper:
        return redirect(url_for("student.tasks"), 303)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.choose(application, form.secret.data or "")
            return _go_on(application)
    chosen = application.secret_hash is not None
    return render_template("student/secret.html", form=form, chosen=chosen, inside=chosen), form.status


def _go_on(application: Application) -> ResponseReturnValue:
    base.hold(application)
    return redirect(url_for("student.code" if "application_code" in session else "student.tasks"), 303)


@blueprint.route("/apply/secret/forgot", methods=BOTH)
@web.guest
@limiter.limit("5/hour", methods=["POST"])
def forgot_secret() -> ResponseReturnValue:
    """What helps who forgot the secret: a mailed link, or somebody of the community."""
    form = ForgotForm()
    if form.validate_on_submit():
        rules.forgot(form.code.data or "")
        return render_template("student/secret_mailed.html")
    return render_template("student/secret_forgot.html", form=form), form.status


@blueprint.route("/apply/secret/new/<token>", methods=BOTH)
@web.guest
@limiter.limit("60/hour", methods=["POST"])
def new_secret(token: str) -> ResponseReturnValue:
    """A new secret through the mailed link."""
    form = SecretForm()
    try:
        links.peek(LINK, token)
        if form.validate_on_submit():
            base.let_go()
            return _go_on(rules.reset(token, form.secret.data or ""))
    except links.LinkSpent:
        return render_template("student/secret_spent.html"), 410
    return render_template("student/secret.html", form=form, chosen=True, inside=False), form.status

"""A student's own data: all of it as a file, and forgetting it."""

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from campaigns.kit import web
from campaigns.kit.limits import limiter
from campaigns.report.forms import ConfirmForm, EraseMineForm
from campaigns.report.rules import erase, export
from campaigns.report.views.base import archive, blueprint
from campaigns.student.views import base as student


@blueprint.route("/apply/data", methods=["GET", "POST"])
@web.guest
@limiter.limit("10/hour", methods=["POST"])
def data() -> ResponseReturnValue:
    """What can be asked for; all that is held, in answer to a POST, because it is noted."""
    application, form = student.held(), ConfirmForm()
    if form.validate_on_submit():
        return archive(export.for_student(application), application.ref)
    return render_template("report/data.html", application=application, form=form), form.status


@blueprint.route("/apply/data/erase", methods=["GET", "POST"])
@web.guest
@limiter.limit("10/hour", methods=["POST"])
def erase_mine() -> ResponseReturnValue:
    """Forget the student, who types the word and the code."""
    application, form = student.held(), EraseMineForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            erase.by_student(application, code=form.code.data or "", word=form.word.data or "")
            student.let_go()
            gone = make_response(render_template("report/erased.html", ref=application.ref))
            gone.headers["Clear-Site-Data"] = '"cache"'
            return gone
    return render_template("report/erase.html", form=form), form.status

"""A supported student tells that they leave."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaigns.departure import queries, rules
from campaigns.departure.forms import OwnForm
from campaigns.departure.views.base import blueprint
from campaigns.kit import db, web
from campaigns.student.states import Stage
from campaigns.student.views.base import held


@blueprint.route("/apply/status/departure", methods=["GET", "POST"])
@web.guest
def own() -> ResponseReturnValue:
    """Say so, or see that it has been said."""
    application, form = held(), OwnForm()
    if application.stage is not Stage.SUPPORTED:
        return redirect(url_for("student.status"), 303)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.report(application, form.told, by=None)
            return redirect(url_for("departure.own"), 303)
    application = held()
    reported = db.session.scalars(queries.open_of(application.id)).one_or_none()
    page = render_template("departure/own.html", form=form, application=application, reported=reported)
    return page, form.status

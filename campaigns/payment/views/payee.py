"""A school sets up being paid by the card company; the link is the one of its answer."""

from flask import current_app, redirect, render_template
from flask.typing import ResponseReturnValue

from campaigns.account.models import Organisation
from campaigns.kit import db, links, web
from campaigns.kit.forms import Form
from campaigns.kit.limits import limiter
from campaigns.kit.links import LinkSpent
from campaigns.payment.rules import payees as rules
from campaigns.payment.views.base import blueprint
from campaigns.student.models import Application, ConfirmationRequest
from campaigns.student.rules import requests
from campaigns.student.states import RequestKind

blueprint.add_app_template_global(rules.offered, "card_company_payout")


@blueprint.route("/school/<token>/payout", methods=["GET", "POST"])
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def payee(token: str) -> ResponseReturnValue:
    """How far the set-up is; the POST leads on to the card company's own pages."""
    form = Form()
    origin = current_app.extensions["settings"].onboarding_origin
    if origin is not None:
        web.allow_form_target(origin)
    try:
        if form.validate_on_submit():
            with form.showing_refusals():
                return redirect(rules.begin(token, links.url("payment.payee", token=token)), 303)
        return _page(token, form)
    except LinkSpent:
        db.session.rollback()
        return render_template("student/request/spent.html"), 410


def _page(token: str, form: Form) -> ResponseReturnValue:
    found = rules.look(token)
    asked: ConfirmationRequest = requests.behind(RequestKind.SCHOOL, token)
    application = db.session.get_one(Application, asked.application_id)
    context = {
        "asked": asked,
        "payee": found,
        "offered": rules.offered(asked),
        "school": db.session.get_one(Organisation, asked.school_id),
        "community": db.session.get_one(Organisation, application.organisation_id),
    }
    return render_template("payment/payee.html", form=form, token=token, **context), form.status

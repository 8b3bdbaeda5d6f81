"""What a provider said that concerns no community we know of: for administrators."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.kit import db, web
from campaigns.payment import queries
from campaigns.payment.forms.refunds import CaseForm
from campaigns.payment.models import PaymentCase
from campaigns.payment.rules import cases as rules
from campaigns.payment.views.base import blueprint


@blueprint.get("/money/cases")
@web.signed_in
def unclaimed() -> ResponseReturnValue:
    """The cases that nobody has closed."""
    access.require(current_user, Action.ADMINISTER, PaymentCase())
    still_open = queries.unclaimed_cases(current_user).where(PaymentCase.closed_at.is_(None))
    return render_template("payment/unclaimed.html", cases=db.session.scalars(still_open.limit(200)).all())


@blueprint.route("/money/cases/<int:case_id>", methods=["GET", "POST"])
@web.signed_in
def unclaimed_case(case_id: int) -> ResponseReturnValue:
    """Close a case with what came of it."""
    found = db.one_or_404(queries.unclaimed_cases(current_user).where(PaymentCase.id == case_id))
    access.require(current_user, Action.ADMINISTER, found)
    form = CaseForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.close(found, form.outcome.data, by=current_user)
            flash("The case is closed.", "good")
            return redirect(url_for("payment.unclaimed"), 303)
    return render_template("payment/unclaimed_case.html", case=found, form=form), form.status

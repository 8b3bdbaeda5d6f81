"""The page on which a school confirms what it received, without an account; and what the team does with the answer."""

from flask import Response, after_this_request, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.account.models import Organisation
from campaigns.disbursement import queries, rules
from campaigns.disbursement.forms import AcceptForm, received_form
from campaigns.disbursement.views.base import blueprint, community_of, find, shown, step_page
from campaigns.kit import db, web
from campaigns.kit.limits import limiter
from campaigns.kit.links import LinkSpent


@blueprint.errorhandler(LinkSpent)
def spent(_error: LinkSpent) -> ResponseReturnValue:
    """Say that a link is used up or too old, and what to do."""
    db.session.rollback()
    return render_template("disbursement/spent.html"), 410


def _keep_private() -> None:
    """No copy in the browser, and in no search engine."""

    def mark(response: Response) -> Response:
        response.headers["Cache-Control"], response.headers["X-Robots-Tag"] = "no-store", "noindex, nofollow"
        return response

    after_this_request(mark)


@blueprint.route("/receipt/<token>", methods=["GET", "POST"])
@web.guest
@limiter.limit("60/hour", methods=["POST"])
def receipt(token: str) -> ResponseReturnValue:
    """A school says what it received and who is enrolled."""
    _keep_private()
    payment, waits = rules.behind(token)
    community = db.session.get_one(Organisation, payment.organisation_id)
    if not waits:
        return render_template("disbursement/thanks.html", community=community)
    form = received_form(rules.students(payment), payment.currency)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.confirm(token, form.said)
            return redirect(request.url, 303)
    payment, _ = rules.behind(token)
    school = db.session.get_one(Organisation, payment.school_id)
    page = render_template("disbursement/receipt.html", community=community, school=school, payment=payment, form=form)
    return page, form.status


@blueprint.post("/a/<slug>/disbursements/<ref>/ask")
@web.signed_in
def ask(slug: str, ref: str) -> ResponseReturnValue:
    """Send the school another link, or show it to be passed on."""
    community = community_of(slug, Action.PROVE_DISBURSEMENT)
    url = rules.ask_again(find(community, ref), by=current_user)
    if url:
        page = {"community": community, "disbursement": find(community, ref), "link": url}
        return render_template("disbursement/link.html", **page)
    flash("Sent to the address from which the school told its account.", "good")
    return shown(slug, ref)


@blueprint.route("/a/<slug>/disbursements/<ref>/accept", methods=["GET", "POST"])
@web.signed_in
def accept(slug: str, ref: str) -> ResponseReturnValue:
    """The treasurer takes the school's answer for its receipt although it differs."""
    community = community_of(slug, Action.PROVE_DISBURSEMENT)
    form = AcceptForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.accept(find(community, ref), note=form.note.data, by=current_user)
            return shown(slug, ref)
    answers = db.session.scalars(queries.open_receipts(find(community, ref).id)).all()
    return step_page("accept", community, ref, form, answers=answers)

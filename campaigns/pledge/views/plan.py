"""Changing what is not paid yet, pausing, and going on: on the sponsor's own pages."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from campaigns.kit import web
from campaigns.kit.errors import Refused
from campaigns.kit.limits import limiter
from campaigns.pledge import rules
from campaigns.pledge.forms.changes import AmendForm, PauseForm
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules.amend import latest
from campaigns.pledge.states import UNPAID
from campaigns.pledge.views.base import blueprint, own, own_url

BOTH = ["GET", "POST"]


@blueprint.route("/p/<ref>/amounts", methods=BOTH)
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def amend(ref: str) -> ResponseReturnValue:
    """How much is to be paid by when."""
    pledge = own(ref)
    if not _can_change(pledge):
        return redirect(own_url(pledge), 303)
    form = AmendForm([each for each in pledge.instalments if each.state in UNPAID], days=not pledge.waits)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.amend(pledge, form.wanted)
            flash("Your pledge is changed. We have sent you what is to be paid by when.", "good")
            return redirect(own_url(pledge), 303)
    return _page("pledge/amounts.html", form, own(ref))


@blueprint.route("/p/<ref>/pause", methods=BOTH)
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def pause(ref: str) -> ResponseReturnValue:
    """Let nothing be due until a day."""
    pledge, form = own(ref), PauseForm().offer_days()
    if not _can_change(pledge):
        return redirect(own_url(pledge), 303)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.pause(pledge, form.until.data)
            flash("Your pledge is paused. It goes on by itself.", "good")
            return redirect(own_url(pledge), 303)
    return _page("pledge/pause.html", form, own(ref))


@blueprint.post("/p/<ref>/resume")
@web.guest
@limiter.limit("20/minute")
def resume(ref: str) -> ResponseReturnValue:
    """Go on before the pause is over."""
    pledge = own(ref)
    try:
        rules.resume(pledge)
        flash("Your pledge goes on.", "good")
    except Refused as refusal:
        flash(str(refusal), "bad")
    return redirect(own_url(own(ref)), 303)


def _can_change(pledge: Pledge) -> bool:
    return pledge.payable() is not None and pledge.confirmed_at is not None and pledge.paused_until is None


def _page(template: str, form: AmendForm | PauseForm, pledge: Pledge) -> ResponseReturnValue:
    context = {"pledge": pledge, "back": own_url(pledge), "latest": latest(pledge)}
    return render_template(template, form=form, **context), form.status

"""Paying by an invoice that the provider sends and collects, for companies."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.kit import db, web
from campaigns.kit.limits import limiter
from campaigns.payment import gateway
from campaigns.payment.forms.sponsor import BillForm
from campaigns.payment.queries import bills as queries
from campaigns.payment.rules.bills import asking
from campaigns.payment.states import LIVE_BILLS
from campaigns.payment.views.base import blueprint
from campaigns.pledge.models import Pledge
from campaigns.pledge.views.base import own, own_url


@blueprint.route("/p/<ref>/bill", methods=["GET", "POST"])
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def bill(ref: str) -> ResponseReturnValue:
    """Ask for an invoice with the company's own words on it; see how far it is; call it off."""
    pledge = own(ref)
    form = BillForm(data=_known(pledge))
    if request.form.get("do") == "call_off":
        asking.call_off(pledge)
        flash("The invoice is being called off. You can pay another way.", "good")
        return redirect(_here(pledge), 303)
    if form.validate_on_submit():
        with form.showing_refusals():
            asking.ask(pledge, form.wanted)
            return redirect(_here(pledge), 303)
    return render_template("payment/bill.html", form=form, **_bill(own(ref))), form.status


def _here(pledge: Pledge) -> str:
    return url_for("payment.bill", ref=pledge.ref, k=request.args["k"])


def _known(pledge: Pledge) -> dict[str, Any]:
    return {"name": pledge.organisation_name or pledge.name, "email": pledge.email, "days": "30"}


def _bill(pledge: Pledge) -> dict[str, Any]:
    found = db.session.scalars(queries.latest_of(pledge.id)).one_or_none()
    return {
        "pledge": pledge,
        "back": own_url(pledge),
        "bill": found,
        "is_live": found is not None and found.state in LIVE_BILLS,
        "due": asking.to_bill(pledge),
    }


@blueprint.app_template_global()
def can_bill(pledge: Pledge) -> bool:
    """Whether a pledge can be paid by invoice, for the pledge's own page."""
    return gateway.current() is not None and asking.is_for_companies(pledge) and not pledge.waits

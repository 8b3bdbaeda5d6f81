"""An offer's own page, for whoever holds its signed link."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from campaigns.kit import db, web
from campaigns.kit.forms import Form
from campaigns.kit.limits import limiter
from campaigns.offer import rules
from campaigns.offer.forms import TurnForm
from campaigns.offer.queries.conditions import so_far
from campaigns.offer.states import OfferState
from campaigns.offer.views.base import BOTH, blueprint, own, own_url
from campaigns.pledge.states import Method
from campaigns.pledge.views.base import own_url as pledge_url
from campaigns.pledge.views.base import takes_cards


@blueprint.get("/o/<ref>")
@web.guest
def show(ref: str) -> ResponseReturnValue:
    """Where the offer stands, and what can be done with it."""
    offer = own(ref)
    if offer.state is OfferState.ASKED:
        return render_template("offer/sent.html", offer=offer)
    pledge = pledge_url(offer.pledge) if offer.pledge is not None else None
    ways = {name: own_url(offer, f"offer.{name}") for name in ("turn", "take_back")}
    reached = db.session.scalar(so_far(offer.id)) if offer.condition is not None else None
    return render_template("offer/show.html", offer=offer, pledge_url=pledge, ways=ways, so_far=reached)


@blueprint.route("/o/<ref>/pledge", methods=BOTH)
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def turn(ref: str) -> ResponseReturnValue:
    """A reservation becomes a pledge, under the number of the purchase order."""
    offer, form = own(ref), TurnForm(card=takes_cards())
    if offer.pledge is not None:
        return redirect(pledge_url(offer.pledge), 303)
    if form.validate_on_submit():
        with form.showing_refusals():
            pledge = rules.turn(offer, form.po_number.data or "", Method(form.method.data))
            return redirect(pledge_url(pledge), 303)
    offer = own(ref)
    return render_template("offer/turn.html", form=form, offer=offer, back=own_url(offer)), form.status


@blueprint.route("/o/<ref>/take-back", methods=BOTH)
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def take_back(ref: str) -> ResponseReturnValue:
    """End it."""
    offer, form = own(ref), Form()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.take_back(offer)
            flash("Done. Nothing is due.", "good")
            return redirect(own_url(offer), 303)
    offer = own(ref)
    return render_template("offer/take_back.html", form=form, offer=offer, back=own_url(offer)), form.status

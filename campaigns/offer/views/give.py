"""Making an offer: the form of each kind, the look into the mailbox, the confirmation."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from campaigns.kit import crypto, db, links, web
from campaigns.kit.limits import limiter
from campaigns.kit.links import LinkSpent
from campaigns.offer import queries, rules
from campaigns.offer.forms import ConditionForm, HoldForm, MatchForm
from campaigns.offer.rules.matching import offer_match
from campaigns.offer.states import OfferState
from campaigns.offer.views.base import BOTH, blueprint, own, own_url
from campaigns.pledge.forms import WishesForm
from campaigns.pledge.rules import is_open
from campaigns.pledge.views.base import takes_cards


@blueprint.route("/c/<slug>/reserve", methods=BOTH)
@web.guest
@limiter.limit("10/minute;60/hour", methods=["POST"])
def hold(slug: str) -> ResponseReturnValue:
    """A company reserves needs while its purchase order is clearing."""
    campaign = db.one_or_404(queries.public_campaign(slug))
    form = HoldForm(campaign.currency)
    if form.validate_on_submit():
        with form.showing_refusals():
            offer = rules.reserve(campaign, form.said, form.days.data, once=form.once.data or "")
            return redirect(own_url(offer, "offer.sent", "offer.sent"), 303)
    if not form.is_submitted() and not (is_open(campaign) and campaign.uncovered):
        return render_template("offer/closed.html", campaign=campaign)
    campaign = db.one_or_404(queries.public_campaign(slug))
    return render_template("offer/hold.html", form=form, campaign=campaign, room=rules.room(campaign)), form.status


@blueprint.route("/c/<slug>/pledge-if", methods=BOTH)
@web.guest
@limiter.limit("10/minute;60/hour", methods=["POST"])
def condition(slug: str) -> ResponseReturnValue:
    """A pledge on a condition."""
    campaign = db.one_or_404(queries.public_campaign(slug))
    form = ConditionForm(campaign.currency, card=takes_cards(), data={"by": campaign.deadline})
    if form.validate_on_submit():
        with form.showing_refusals():
            offer = rules.promise_if(campaign, form.said, form.given, once=form.once.data or "")
            return redirect(own_url(offer, "offer.sent", "offer.sent"), 303)
    if not form.is_submitted() and not is_open(campaign):
        return render_template("offer/closed.html", campaign=campaign)
    campaign = db.one_or_404(queries.public_campaign(slug))
    return render_template("offer/condition.html", form=form, campaign=campaign), form.status


@blueprint.route("/c/<slug>/match", methods=BOTH)
@web.guest
@limiter.limit("10/minute;60/hour", methods=["POST"])
def match(slug: str) -> ResponseReturnValue:
    """Match what others pledge, up to a cap."""
    campaign = db.one_or_404(queries.public_campaign(slug))
    form = MatchForm(campaign.currency, card=takes_cards())
    if form.validate_on_submit():
        with form.showing_refusals():
            offer = offer_match(campaign, form.said, form.how, once=form.once.data or "")
            return redirect(own_url(offer, "offer.sent", "offer.sent"), 303)
    if not form.is_submitted() and not (is_open(campaign) and campaign.uncovered):
        return render_template("offer/closed.html", campaign=campaign)
    campaign = db.one_or_404(queries.public_campaign(slug))
    return render_template("offer/match.html", form=form, campaign=campaign), form.status


@blueprint.get("/o/<ref>/sent")
@web.guest
def sent(ref: str) -> ResponseReturnValue:
    """Look into your mailbox."""
    offer = own(ref, "offer.sent")
    return render_template("offer/sent.html", offer=offer)


@blueprint.route("/o/confirm/<token>", methods=BOTH)
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def confirm(token: str) -> ResponseReturnValue:
    """Show what is about to be confirmed; the POST confirms."""
    try:
        offer = db.one_or_404(queries.whole(links.peek(queries.PURPOSE, token).subject_id))
    except LinkSpent:
        return _spent(token)
    form = WishesForm()
    form.name_as(offer.organisation_name or offer.name)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.confirm(token, form.wishes)
            flash("Confirmed. Keep the e-mail that we have just sent you: it opens this page.", "good")
            return redirect(own_url(offer), 303)
    offer = db.one_or_404(queries.whole(offer.id))
    return render_template("offer/confirm.html", form=form, offer=offer), form.status


def _spent(token: str) -> ResponseReturnValue:
    """A link followed again leads whoever confirmed with it to the offer."""
    known = db.session.scalars(queries.confirmed_with(crypto.digest(token))).one_or_none()
    if known is not None and known.state is not OfferState.ASKED:
        return redirect(own_url(known), 303)
    return render_template("offer/spent.html"), 410

"""A gift in kind: offered, accepted by the team, confirmed by the school."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.campaign.states import REVISABLE
from campaigns.kit import db, links, web
from campaigns.kit.limits import limiter
from campaigns.kit.links import LinkSpent
from campaigns.offer import queries
from campaigns.offer.forms import AcceptForm, GiftForm, ReceivedForm
from campaigns.offer.models import Offer
from campaigns.offer.rules import gift as rules
from campaigns.offer.states import OfferKind, OfferState
from campaigns.offer.views.base import BOTH, blueprint, own_url
from campaigns.offer.views.team import community_for, place


@blueprint.route("/c/<slug>/in-kind", methods=BOTH)
@web.guest
@limiter.limit("10/minute;60/hour", methods=["POST"])
def gift(slug: str) -> ResponseReturnValue:
    """Offer a thing, or a place, instead of money."""
    campaign = db.one_or_404(queries.public_campaign(slug))
    form = GiftForm(campaign.currency)
    if form.validate_on_submit():
        with form.showing_refusals():
            said = (form.said, form.what.data or "", form.details.data or "")
            offer = rules.offer_gift(campaign, *said, once=form.once.data or "")
            return redirect(own_url(offer, "offer.sent", "offer.sent"), 303)
    if not form.is_submitted() and campaign.state not in REVISABLE:
        return render_template("offer/closed.html", campaign=campaign)
    campaign = db.one_or_404(queries.public_campaign(slug))
    return render_template("offer/gift.html", form=form, campaign=campaign), form.status


@blueprint.route("/a/<slug>/offers/<ref>/accept", methods=BOTH)
@web.signed_in
def accept(slug: str, ref: str) -> ResponseReturnValue:
    """Accept a gift, for a cost that it fulfils or beside them, and ask the school's office to confirm it."""
    community = community_for(slug)
    gifts = queries.visible_to(current_user).where(Offer.ref == ref, Offer.organisation_id == community.id)
    open_ones = gifts.where(Offer.kind == OfferKind.GIFT, Offer.state.in_({OfferState.STANDING, OfferState.ACCEPTED}))
    offer = db.one_or_404(open_ones)
    form = AcceptForm(db.session.scalars(queries.open_lines(offer.campaign_id)).all())
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.accept(offer, form.line.data or None, form.school_email.data or "", by=current_user)
            flash("It is accepted. The school's office is asked to confirm when it arrives.", "good")
            return redirect(url_for("offer.mine", slug=slug), 303)
    offer = db.one_or_404(open_ones)
    return render_template("offer/accept.html", form=form, offer=offer, **place(community)), form.status


@blueprint.route("/o/received/<token>", methods=BOTH)
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def received(token: str) -> ResponseReturnValue:
    """The school's office says who received a gift, and when."""
    try:
        offer = db.one_or_404(queries.whole(links.peek(rules.RECEIVED, token).subject_id))
    except LinkSpent:
        return render_template("offer/received_spent.html"), 410
    form = ReceivedForm()
    if form.validate_on_submit() and form.received_on.data:
        with form.showing_refusals():
            rules.receive(token, form.name.data or "", form.received_on.data)
            return render_template("offer/received_done.html")
    offer = db.one_or_404(queries.whole(offer.id))
    return render_template("offer/received.html", form=form, offer=offer), form.status

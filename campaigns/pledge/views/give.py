"""Giving a pledge: the form, the look into the mailbox, the confirmation."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.ask import rules as asks
from campaigns.ask.rules import Accepted
from campaigns.campaign.models import Figures
from campaigns.campaign.states import OPEN_FOR_PLEDGES
from campaigns.kit import amounts, clock, crypto, db, links, web
from campaigns.kit.limits import limiter
from campaigns.kit.links import LinkSpent
from campaigns.kit.money import Money
from campaigns.pledge import queries, rules
from campaigns.pledge.forms import ConfirmForm, PledgeForm
from campaigns.pledge.models import Pledge
from campaigns.pledge.states import PledgeStatus
from campaigns.pledge.views.base import blueprint, own, own_url, takes_cards


@blueprint.route("/c/<slug>/pledge", methods=["GET", "POST"])
@web.guest
@limiter.limit("10/minute;60/hour", methods=["POST"])
def create(slug: str) -> ResponseReturnValue:
    """The form of a pledge; what it may still be filled in with follows from the campaign as it is now."""
    asked = {"slug": slug, "now": clock.now()}
    campaign = db.session.execute(queries.FORM_CAMPAIGN, asked).one_or_none() or abort(404)
    accepted = accepted_for(campaign.id)
    form = PledgeForm(campaign.currency, card=takes_cards(), data=filled_in(accepted))
    if form.validate_on_submit():
        with form.showing_refusals():
            pledge = rules.promise(campaign.id, form.offer, once=form.once.data, accepted=accepted)
            return redirect(after(pledge), 303)
    if not form.is_submitted() and not is_open(campaign):
        return render_template("pledge/closed.html", campaign=campaign)
    return render_template("pledge/create.html", form=form, **page_of(campaign)), form.status


@blueprint.get("/p/<ref>/sent")
@web.guest
def sent(ref: str) -> ResponseReturnValue:
    """Look into your mailbox."""
    pledge = own(ref, "pledge.sent")
    if pledge.status is not PledgeStatus.PROMISED:
        return redirect(url_for("site.campaign", slug=pledge.campaign.slug))
    return render_template("pledge/sent.html", pledge=pledge)


@blueprint.route("/p/confirm/<token>", methods=["GET", "POST"])
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def confirm(token: str) -> ResponseReturnValue:
    """Show what is about to be confirmed, and ask how; the POST confirms."""
    try:
        pledge = db.one_or_404(queries.with_campaign(links.peek("pledge.confirm", token).subject_id))
    except LinkSpent:
        return _spent(token)
    form = ConfirmForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.confirm(token, form.wishes, instead=form.amount(pledge.currency))
            return redirect(own_url(pledge), 303)
    return render_template("pledge/confirm.html", form=form, **_to_confirm(pledge.id, form)), form.status


def accepted_for(campaign_id: int) -> Accepted | None:
    """What a company has accepted, where its link led here."""
    token = request.args.get("ask")
    accepted = asks.accepted(token) if token else None
    return accepted if accepted is not None and accepted.campaign_id == campaign_id else None


def filled_in(accepted: Accepted | None) -> dict[str, Any]:
    """What a company's answer to an ask has said already."""
    if accepted is None:
        return {}
    return {
        "amount": accepted.amount,
        "name": accepted.name,
        "email": accepted.email,
        "organisation": accepted.company_name,
    }


def after(pledge: Pledge) -> str:
    """Where the sponsor goes once the form is sent."""
    if pledge.status is PledgeStatus.PROMISED:
        return url_for("pledge.sent", ref=pledge.ref, k=links.sign("pledge.sent", pledge.ref))
    return own_url(pledge)


def is_open(campaign: Any) -> bool:
    """Whether a campaign takes pledges now."""
    uncovered = campaign.asked > campaign.pledged + campaign.held
    return campaign.state in OPEN_FOR_PLEDGES and campaign.deadline >= clock.today() and uncovered


def page_of(campaign: Any) -> dict[str, Any]:
    """What each form shows of the campaign."""
    parts = (campaign.asked, campaign.pledged, campaign.received, campaign.disbursed, campaign.proven)
    figures = Figures(*(Money(part, campaign.currency) for part in parts))
    uncovered = Money(max(campaign.asked - campaign.pledged - campaign.held, 0), campaign.currency)
    return {
        "campaign": campaign,
        "figures": figures,
        "uncovered": uncovered,
        "amounts": suggestions(figures.asked, uncovered),
        "is_open": is_open(campaign),
    }


def suggestions(asked: Money, uncovered: Money) -> list[Money]:
    """Up to three round amounts that fit the size of the campaign, and all that is still uncovered."""
    unit = 10 ** amounts.digits(asked.currency)
    rounds = [step * 10**power * unit for power in range(10) for step in (1, 2, 5)]
    fitting = [amount for amount in rounds if asked.amount <= 50 * amount and amount < uncovered.amount]
    return [Money(amount, asked.currency) for amount in fitting[:3]] + ([uncovered] if uncovered else [])


def _spent(token: str) -> ResponseReturnValue:
    """A link followed again leads whoever confirmed with it to the pledge."""
    known = db.session.scalars(queries.confirmed_with(crypto.digest(token))).one_or_none()
    if known is not None:
        return redirect(own_url(known), 303)
    return render_template("pledge/spent.html"), 410


def _to_confirm(pledge_id: int, form: ConfirmForm) -> dict[str, Any]:
    """The pledge as it is now, and what the campaign would take of it."""
    pledge = db.session.scalars(queries.with_campaign(pledge_id)).one()
    amount = min(pledge.money, pledge.campaign.uncovered)
    form.instead.data = amount.amount
    form.name_as(pledge.organisation_name or pledge.name)
    return {"pledge": pledge, "amount": amount, "is_open": is_open(pledge.campaign)}

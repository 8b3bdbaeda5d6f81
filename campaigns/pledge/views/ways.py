"""Each other way to pledge, with a short form of its own."""

from typing import Any, NamedTuple

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.kit import clock, db, web
from campaigns.kit.limits import limiter
from campaigns.kit.money import Money
from campaigns.pledge import queries, rules
from campaigns.pledge.forms.plans import GoalForm, SplitForm, TermsForm
from campaigns.pledge.rules import terms
from campaigns.pledge.views.base import blueprint, takes_cards
from campaigns.pledge.views.give import accepted_for, after, filled_in, is_open, page_of

BOTH = ["GET", "POST"]


class Way(NamedTuple):
    """A way to pledge: its page (an endpoint that takes the campaign's `slug`), a name, and for whom it is."""

    endpoint: str
    title: str
    sentence: str


WAYS = [
    Way("pledge.by_terms", "By term", "In parts, each by a day that you choose, such as one for each term at school."),
    Way(
        "pledge.at_goal", "When the goal is reached", "Nothing is due before all that the campaign asks for is pledged."
    ),
    Way("pledge.give_several", "For several campaigns", "One pledge, split over campaigns of the same community."),
    Way("offer.condition", "On a condition", "If others pledge so much, so many companies do, or so many people sign."),
    Way(
        "offer.hold", "Reserve, for companies", "While your purchase order is clearing, nobody else can pledge for it."
    ),
    Way("offer.match", "Match others", "For every 1.00 that others pledge you add so much, up to an amount."),
    Way("offer.gift", "In kind", "A laptop, books, a place in a hostel: what a student needs, instead of money."),
]
"""Whoever adds a way adds it here."""


@blueprint.get("/c/<slug>/pledge/ways")
@web.guest
def ways(slug: str) -> ResponseReturnValue:
    """What other ways there are."""
    campaign = _campaign(slug)
    if not is_open(campaign):
        return render_template("pledge/closed.html", campaign=campaign)
    ask = request.args.get("ask")
    links = [(way, url_for(way.endpoint, slug=slug, ask=ask)) for way in WAYS]
    once = url_for("pledge.create", slug=slug, ask=ask)
    return render_template("pledge/ways.html", ways=links, once=once, **page_of(campaign))


@blueprint.route("/c/<slug>/pledge/goal", methods=BOTH)
@web.guest
@limiter.limit("10/minute;60/hour", methods=["POST"])
def at_goal(slug: str) -> ResponseReturnValue:
    """To be paid when everything is pledged."""
    campaign = _campaign(slug)
    form = GoalForm(campaign.currency, card=takes_cards(), data=filled_in(accepted_for(campaign.id)))
    return _pledge(campaign, form, "pledge/goal.html")


@blueprint.route("/c/<slug>/pledge/terms", methods=BOTH)
@web.guest
@limiter.limit("10/minute;60/hour", methods=["POST"])
def by_terms(slug: str) -> ResponseReturnValue:
    """In parts with a day each, suggested by the terms that the campaign asks for."""
    campaign = _campaign(slug)
    names = db.session.scalars(queries.term_names(campaign.id)).all()
    split = _split(campaign, len(names))
    parts = [{"due_on": part.due_on, "amount": part.amount} for part in split.suggestion(_uncovered(campaign))]
    data = filled_in(accepted_for(campaign.id)) | {"parts": parts}
    form = TermsForm(campaign.currency, card=takes_cards(), data=data)
    return _pledge(campaign, form, "pledge/terms.html", split=split, names=names)


def _campaign(slug: str) -> Any:
    return db.session.execute(queries.FORM_CAMPAIGN, {"slug": slug, "now": clock.now()}).one_or_none() or abort(404)


def _pledge(campaign: Any, form: GoalForm | TermsForm, template: str, **more: Any) -> ResponseReturnValue:
    """The form of one way: filled in, sent, or, where nothing is taken any more, the page that says so."""
    if form.validate_on_submit():
        with form.showing_refusals():
            accepted = accepted_for(campaign.id)
            pledge = rules.promise(campaign.id, form.offer, once=form.once.data, accepted=accepted)
            return redirect(after(pledge), 303)
    if not form.is_submitted() and not is_open(campaign):
        return render_template("pledge/closed.html", campaign=campaign)
    return render_template(template, form=form, **more, **page_of(campaign)), form.status


def _uncovered(campaign: Any) -> Money:
    return Money(max(campaign.asked - campaign.pledged - campaign.held, 0), campaign.currency)


def _split(campaign: Any, how_many: int) -> SplitForm:
    """What was asked to be split, else all that is uncovered into as many parts as there are terms."""
    asked = request.args if "count" in request.args else None
    form = SplitForm(formdata=asked, data={"count": str(min(max(how_many, 2), terms.MOST))})
    form.amount.for_currency(campaign.currency)
    if asked is not None and not form.validate():
        form.count.data = form.count.data if form.count.data in form.count.choices else "2"
    return form

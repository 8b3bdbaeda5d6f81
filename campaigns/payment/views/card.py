"""A saved card that is charged later: saved, seen, removed, and its bank's question answered."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.kit import db, web
from campaigns.kit.limits import limiter
from campaigns.payment import gateway
from campaigns.payment.forms.sponsor import CardForm
from campaigns.payment.models import ChargeMandate, PaymentAttempt
from campaigns.payment.queries import saved as queries
from campaigns.payment.rules.later import mandates, questions, words
from campaigns.payment.states import MandateState
from campaigns.payment.views.base import blueprint
from campaigns.pledge.models import Pledge
from campaigns.pledge.states import UNPAID
from campaigns.pledge.views.base import allow_checkout, own, own_url

BOTH = ["GET", "POST"]


@blueprint.route("/p/<ref>/card", methods=BOTH)
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def card(ref: str) -> ResponseReturnValue:
    """What a saved card is charged when; save one, use the one that is known, remove it."""
    pledge, form = own(ref), CardForm()
    allow_checkout()
    if form.validate_on_submit():
        with form.showing_refusals():
            return redirect(_done(pledge, form), 303)
    return render_template("payment/card.html", form=form, **_card(own(ref))), form.status


def _done(pledge: Pledge, form: CardForm) -> str:
    if form.remove.data:
        mandates.remove(pledge)
        flash("The card is removed. It is not charged any more.", "good")
    elif form.use.data:
        mandates.agree(pledge)
        flash("This card is charged when an amount is due.", "good")
    else:
        return mandates.begin(pledge)
    return url_for("payment.card", ref=pledge.ref, k=request.args["k"])


def _card(pledge: Pledge) -> dict[str, Any]:
    later = pledge.confirmed_at is not None and any(each.state in UNPAID for each in pledge.instalments)
    mandate = db.session.scalars(queries.mandate_of(pledge.id, MandateState.ACTIVE)).one_or_none()
    covered = mandate is None or not later or words.total(pledge) <= mandate.money
    return {
        "covered": covered,
        "pledge": pledge,
        "back": own_url(pledge),
        "charges": words.charges(pledge) if later else [],
        "agreement": words.agreement(pledge) if later else "",
        "mandate": mandate,
        "known": mandate.method if mandate else db.session.scalars(queries.usable_for(pledge)).one_or_none(),
        "just_saved": mandate is None and "saved" in request.args,  # the provider leads back here; it proves nothing
        "takes_cards": gateway.current() is not None,
    }


@blueprint.route("/p/<ref>/authenticate", methods=BOTH)
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def authenticate(ref: str) -> ResponseReturnValue:
    """The bank of a saved card asks its owner; the POST has it ask, the page then leads there."""
    pledge, form = own(ref), CardForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            questions.ask(pledge)
            return redirect(url_for("payment.authenticate", ref=ref, k=request.args["k"]), 303)
    question = db.session.scalars(queries.question_for(pledge.id)).one_or_none()
    # The bank leads back here; that proves nothing.
    page = {"pledge": pledge, "back": own_url(pledge), "question": question, "answered": "answered" in request.args}
    return render_template("payment/authenticate.html", form=form, **page), form.status


@blueprint.app_template_global()
def saved_card_of(pledge: Pledge) -> ChargeMandate | None:
    """The agreement to charge a card for a pledge, for the pledge's own page."""
    return db.session.scalars(queries.mandate_of(pledge.id, MandateState.ACTIVE)).one_or_none()


@blueprint.app_template_global()
def question_for(pledge: Pledge) -> PaymentAttempt | None:
    """The charge about which a bank asks the sponsor, for the pledge's own page."""
    return db.session.scalars(queries.question_for(pledge.id)).one_or_none()

"""Everybody's pages: the public letter, and signing it."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from campaigns.ask import queries, rules
from campaigns.ask.forms import SignForm, StepForm
from campaigns.ask.models import Signature
from campaigns.ask.states import OPEN_FOR_SIGNATURES
from campaigns.ask.views.base import apart, blueprint, letter_of
from campaigns.kit import db, links, web
from campaigns.kit.limits import limiter

TRIES = "10/minute;60/hour"


@blueprint.get("/asks/<ref>")
@web.public
def show(ref: str) -> ResponseReturnValue:
    """The open letter, with the company's side beside it and everybody who stands behind it."""
    ask = db.one_or_404(queries.public(ref))
    signers = db.session.execute(queries.signers(ask.id)).all()
    return render_template(
        "ask/show.html",
        ask=ask,
        letter=letter_of(ask),
        apart=apart(ask),
        signers=signers,
        open=ask.state in OPEN_FOR_SIGNATURES,
        address=links.url("ask.show", ref=ref),
    )


@blueprint.route("/asks/<ref>/sign", methods=["GET", "POST"])
@web.guest
@limiter.limit(TRIES, methods=["POST"])
def sign(ref: str) -> ResponseReturnValue:
    """Put one's name under a letter; it stands once the e-mailed link was used."""
    ask = db.one_or_404(queries.public(ref))
    form = SignForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.sign(ask, **form.chosen)
            return redirect(url_for("ask.signed", ref=ref, done="sent"), 303)
        ask = db.one_or_404(queries.public(ref))
    is_open = ask.state in OPEN_FOR_SIGNATURES
    return render_template("ask/sign.html", ask=ask, letter=letter_of(ask), form=form, open=is_open), form.status


@blueprint.get("/asks/<ref>/sign/<any(sent, confirmed):done>")
@web.guest
def signed(ref: str, done: str) -> ResponseReturnValue:
    """What happens next; the same for everyone who comes here."""
    ask = db.one_or_404(queries.public(ref))
    return render_template("ask/signed.html", ask=ask, done=done, address=links.url("ask.show", ref=ref))


@blueprint.route("/asks/confirm/<token>", methods=["GET", "POST"])
@web.guest
@limiter.limit(TRIES, methods=["POST"])
def confirm_signature(token: str) -> ResponseReturnValue:
    """GET shows what would be signed; POST signs."""
    signature = db.one_or_404(queries.signature_of_link(token))
    done = redirect(url_for("ask.signed", ref=signature.ask.ref, done="confirmed"), 303)
    if _stands(signature):
        return done
    link = links.peek(queries.LINK, token)
    form = StepForm()
    if form.validate_on_submit():
        rules.confirm_signature(token)
        return done
    letter = letter_of(signature.ask)
    return render_template("ask/confirm.html", ask=signature.ask, letter=letter, chosen=link.payload, form=form)


def _stands(signature: Signature) -> bool:
    return signature.confirmed_at is not None and signature.removed_at is None


@blueprint.route("/asks/remove/<token>", methods=["GET", "POST"])
@web.guest
@limiter.limit(TRIES, methods=["POST"])
def remove_signature(token: str) -> ResponseReturnValue:
    """GET shows the signature; POST removes it, with the name and the address."""
    number = links.signed("ask.unsign", token)
    if number is None:
        raise NotFound()
    signature = db.one_or_404(queries.signature(int(number)))
    form = StepForm()
    if form.validate_on_submit():
        rules.remove_signature(signature)
        return redirect(url_for("ask.remove_signature", token=token), 303)
    return render_template("ask/remove.html", ask=signature.ask, signature=signature, form=form)

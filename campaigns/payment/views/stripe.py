"""Paying by card, and the provider's webhooks."""

from collections.abc import Callable

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from campaigns.kit import db, links, web
from campaigns.kit.limits import limiter
from campaigns.kit.money import Money
from campaigns.payment import gateway
from campaigns.payment.answers import Event
from campaigns.payment.gateway import BadEvent, Gateway
from campaigns.payment.models import PresentedAmount
from campaigns.payment.queries.presented import presented_of as select_presented
from campaigns.payment.rules import fees, inbox
from campaigns.payment.rules.checkout import begin
from campaigns.payment.views.base import blueprint
from campaigns.pledge import queries as pledges


@blueprint.post("/p/<ref>/pay")
@web.guest
@limiter.limit("20/minute")
def checkout(ref: str) -> ResponseReturnValue:
    """Lead the sponsor to the provider's hosted page."""
    if links.signed("pledge", request.args.get("k", "")) != ref:
        abort(404)
    pledge = db.one_or_404(pledges.by_ref(ref))
    covers, number = request.form.get("covers") == "yes", request.form.get("number", type=int)
    return redirect(begin(pledge, number, covers=covers), 303)


@blueprint.app_template_global()
def cover_of(money: Money) -> Money | None:
    """What a sponsor may add so that the card company's fee is paid; None where it is not known."""
    return fees.offered(money)


@blueprint.post("/webhooks/stripe")
@web.machine
def stripe_webhook() -> ResponseReturnValue:
    """Take in an event that carries its object."""
    return _take_in(_gateway().read)


@blueprint.post("/webhooks/stripe/thin")
@web.machine
def stripe_thin_webhook() -> ResponseReturnValue:
    """Take in a notification that only names its object."""
    return _take_in(_gateway().read_thin)


def _take_in(read: Callable[[bytes, str | None], Event]) -> ResponseReturnValue:
    body = request.get_data()
    try:
        event = read(body, request.headers.get("Stripe-Signature"))
    except BadEvent as fault:
        raise BadRequest("Not an event for this address.") from fault
    inbox.take_in(event, body.decode(), livemode=_gateway().livemode)
    return "", 200


def _gateway() -> Gateway:
    found = gateway.current()
    if found is None:
        abort(404)
    return found


@blueprint.app_template_global()
def presented_of(pledge_id: int) -> dict[int, PresentedAmount]:
    """What was paid of a pledge in the sponsor's own currency, by instalment."""
    return {row[0]: row[1] for row in db.session.execute(select_presented(pledge_id))}

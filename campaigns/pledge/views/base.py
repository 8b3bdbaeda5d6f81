"""What the pages of a pledge share: the blueprint, and whose pledge it is."""

from flask import Blueprint, abort, current_app, request, url_for

from campaigns.community.models import Community
from campaigns.kit import db, links, qr, web
from campaigns.kit.money import Money
from campaigns.pledge import queries
from campaigns.pledge.models import Pledge

blueprint = Blueprint("pledge", __name__)


def own(ref: str, purpose: str = "pledge") -> Pledge:
    """The pledge whose signed link was followed; 404 without one, so that nobody learns it exists."""
    if links.signed(purpose, request.args.get("k", "")) != ref:
        abort(404)
    return db.one_or_404(queries.by_ref(ref))


def own_url(pledge: Pledge) -> str:
    """The address of the pledge's own page."""
    return url_for("pledge.show", ref=pledge.ref, k=links.sign("pledge", pledge.ref))


@blueprint.app_template_global()
def takes_cards() -> bool:
    """Whether a card provider is set up."""
    return bool(current_app.extensions["settings"].stripe_secret_key)


def allow_checkout() -> None:
    """Let the pay button, a form, lead on to the card provider's page: browsers hold redirects to form-action too."""
    origin = current_app.extensions["settings"].checkout_origin
    if origin is not None:
        web.allow_form_target(origin)


def transfer_code(community: Community, amount: Money, reference: str) -> str | None:
    """What a banking app reads, where it can: euros to a known account."""
    if amount.currency != "EUR" or not community.iban or not community.payee:
        return None
    title = f"QR code for a bank transfer of {amount} to {community.payee}, reference {reference}"
    return qr.epc(name=community.payee, iban=community.iban, amount=amount, reference=reference, title=title)

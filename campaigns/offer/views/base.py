"""What the pages of an offer share: the blueprint, and whose offer it is."""

from flask import Blueprint, abort, request, url_for

from campaigns.kit import db, links
from campaigns.offer import queries
from campaigns.offer.models import Offer

blueprint = Blueprint("offer", __name__)
BOTH = ["GET", "POST"]


def own(ref: str, purpose: str = "offer") -> Offer:
    """The offer whose signed link was followed; 404 without one, so that nobody learns it exists."""
    if links.signed(purpose, request.args.get("k", "")) != ref:
        abort(404)
    return db.one_or_404(queries.by_ref(ref))


def own_url(offer: Offer, endpoint: str = "offer.show", purpose: str = "offer") -> str:
    """The address of one of the offer's pages, for whoever made it."""
    return url_for(endpoint, ref=offer.ref, k=links.sign(purpose, offer.ref))

"""What is left of an offer whose maker wants to be forgotten: that it was made, and what it came to."""

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.kit import db
from campaigns.notice import rules as notice
from campaigns.offer.models import Hold, Offer
from campaigns.offer.rules.times import END, locked
from campaigns.offer.states import OPEN, OfferState

NOBODY, GONE = "Anonymous", "whoever made it wished to be forgotten"


def forget(address: str) -> None:
    """End what an address still offers, without a mail to it, and make neutral what is kept of it."""
    for offer_id in db.session.scalars(sa.select(Offer.id).where(Offer.email == address).order_by(Offer.id)).all():
        offer = locked(offer_id)[0]
        _make_neutral(offer)
        _end(offer)
        audit.record(None, "offer.maker_erased", offer)


def _end(offer: Offer) -> None:
    """What has become a pledge stays one, as every pledge does; anything else ends."""
    if offer.state is OfferState.ASKED:
        offer.move_to(OfferState.DROPPED)
    elif offer.state in OPEN and offer.match is not None and offer.match.pledge_id is not None:
        offer.move_to(OfferState.DONE)
        offer.pledge_id = offer.match.pledge_id
    elif offer.state in OPEN and offer.condition is not None:
        offer.condition.met_at = None
        END[offer.kind](offer, OfferState.TAKEN_BACK, GONE)
    elif offer.state in OPEN:
        END[offer.kind](offer, OfferState.TAKEN_BACK, GONE)


def _make_neutral(offer: Offer) -> None:
    offer.name, offer.email = NOBODY, f"{offer.ref.lower()}{notice.ERASED}"
    offer.organisation_name = offer.end_reason = None
    offer.show_name = offer.wants_updates = False
    hold = db.session.get(Hold, offer.id)
    if hold is not None:
        hold.company_key = offer.ref.lower()
    if offer.gift is not None:
        offer.gift.details, offer.gift.school_email, offer.gift.received_by = "", None, _kept(offer)
    db.session.flush()


def _kept(offer: Offer) -> str | None:
    """That somebody received it stays; who, does not."""
    return NOBODY if offer.gift is not None and offer.gift.received_on is not None else None

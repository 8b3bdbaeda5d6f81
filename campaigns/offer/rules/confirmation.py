"""An offer's address is confirmed, and what its maker or the team ends."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.kit import links
from campaigns.offer import queries
from campaigns.offer.models import Offer
from campaigns.offer.rules import condition, gift, hold, matching
from campaigns.offer.rules.make import NotAsked
from campaigns.offer.rules.times import END, locked
from campaigns.offer.states import OfferKind, OfferState
from campaigns.pledge.rules import Wishes

STAND = {
    OfferKind.HOLD: hold.stand,
    OfferKind.CONDITION: condition.stand,
    OfferKind.GIFT: gift.stand,
    OfferKind.MATCH: matching.stand,
}


def confirm(token: str, wishes: Wishes) -> Offer:
    """Let the offer that an e-mailed link stands for count; the link is spent.

    Raises LinkSpent, NotAsked, and what making the offer may raise: others may have been faster.
    """
    link = links.consume(queries.PURPOSE, token)
    offer, campaign = locked(link.subject_id)
    if offer.state is not OfferState.ASKED:
        raise NotAsked()
    STAND[offer.kind](offer, campaign, wishes)
    return offer


def take_back(offer: Offer) -> None:
    """End an offer for whoever made it. Raises IllegalMove where it has ended."""
    fresh = locked(offer.id)[0]
    END[fresh.kind](fresh, OfferState.TAKEN_BACK, "taken back")


def end(offer: Offer, reason: str, *, by: User) -> None:
    """End an offer for the community, with the reason, which whoever made it reads.

    Whoever may see the money may, since none has moved. Raises NotAllowed, IllegalMove.
    """
    access.require(by, Action.SEE_MONEY, offer)
    fresh = locked(offer.id)[0]
    END[fresh.kind](fresh, OfferState.ENDED, reason)
    audit.record(by, "offer.ended", fresh)

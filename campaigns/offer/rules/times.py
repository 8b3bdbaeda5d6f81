"""What happens to offers by the calendar: forgotten, reminded of, run out, ended with their campaign."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.kit import clock, db
from campaigns.kit.queue import sweep
from campaigns.offer import queries
from campaigns.offer.models import Offer
from campaigns.offer.rules import condition, gift, hold, matching
from campaigns.offer.rules.make import CONFIRM_WITHIN, tell
from campaigns.offer.states import OfferKind, OfferState

REMIND_BEFORE = timedelta(days=7)
BATCH = 200
END = {
    OfferKind.HOLD: hold.end,
    OfferKind.CONDITION: condition.end,
    OfferKind.GIFT: gift.end,
    OfferKind.MATCH: matching.end,
}
RAN_OUT, CAMPAIGN_ENDED = "its time ran out", "the campaign has ended"

log = structlog.get_logger()


@sweep
def follow_offers() -> None:
    """Work off all offers whose time has come; each in a transaction of its own."""
    today = clock.today()
    run = db.session.scalars
    _each(run(queries.unconfirmed(clock.now() - CONFIRM_WITHIN, BATCH)).all(), OfferState.ASKED, _drop)
    _each(run(queries.to_remind(today + REMIND_BEFORE, BATCH)).all(), OfferState.STANDING, _remind)
    _each(run(queries.run_out(today, BATCH)).all(), OfferState.STANDING, _expire)
    _each(run(queries.orphaned(BATCH)).all(), OfferState.STANDING, _end)


def _each(ids: Sequence[int], state: OfferState, step: Callable[[Offer], None]) -> None:
    for offer_id in ids:
        db.session.commit()
        try:
            with db.transaction():
                offer = locked(offer_id)[0]
                if offer.state is state:
                    step(offer)
        except Exception:  # whatever is wrong with one, those after it must not wait
            log.exception("offer.follow_failed", offer=offer_id)


def locked(offer_id: int) -> tuple[Offer, Campaign]:
    """An offer as it is now, and its campaign, which waits until this transaction ends."""
    campaign = figures.lock(db.session.get_one(Offer, offer_id).campaign_id)
    return db.session.scalars(queries.whole(offer_id)).one(), campaign


def _drop(offer: Offer) -> None:
    offer.move_to(OfferState.DROPPED)


def _remind(offer: Offer) -> None:
    if offer.reminded_at is None and offer.until is not None and offer.until >= clock.today():
        offer.reminded_at = clock.now()
        tell(offer, "offer/mail/hold_ends", "ends")


def _expire(offer: Offer) -> None:
    if offer.until is not None and offer.until < clock.today():
        END[offer.kind](offer, OfferState.EXPIRED, RAN_OUT)


def _end(offer: Offer) -> None:
    END[offer.kind](offer, OfferState.ENDED, CAMPAIGN_ENDED)

"""What is left of an offer goes where its maker chose: to other students who wait, or to the same ones next term."""

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.kit import clock, db, links
from campaigns.kit.errors import Refused
from campaigns.kit.queue import sweep
from campaigns.offer import queries
from campaigns.offer.models import Offer, Rest
from campaigns.offer.queries import conditions
from campaigns.offer.rules.condition import condition_of
from campaigns.offer.rules.make import tell, wishes_of
from campaigns.offer.states import Otherwise
from campaigns.pledge import rules as pledges
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules.sweeping import one_by_one

BATCH = 200


@sweep
def settle_rests() -> None:
    """Pass on what is for others who wait, and ask again where the next campaign has opened."""
    for offer_id in db.session.scalars(conditions.open_rests(Otherwise.WAITING).limit(BATCH)).all():
        one_by_one(_pass_on, offer_id)
    for offer_id, campaign_id in db.session.execute(conditions.next_term().limit(BATCH)).all():
        one_by_one(_ask_again, offer_id, campaign_id)


def _open(offer_id: int) -> tuple[Rest, Offer] | None:
    """What is left and not settled, held against another worker."""
    select = sa.select(Rest).where(Rest.offer_id == offer_id, Rest.settled_at.is_(None)).with_for_update()
    rest = db.session.scalars(select.execution_options(populate_existing=True)).one_or_none()
    return None if rest is None else (rest, db.session.scalars(queries.whole(offer_id)).one())


def _pass_on(offer_id: int) -> None:
    """A pledge for another campaign of the community; where none takes one, it is let go. The sponsor is told."""
    found = _open(offer_id)
    if found is None:
        return
    rest, offer = found
    campaign = db.session.scalars(conditions.elsewhere(rest).limit(1)).one_or_none()
    pledge = None if campaign is None else _pledge(campaign, rest, offer)
    rest.settled_at, rest.pledge_id = clock.now(), pledge.id if pledge is not None else None
    audit.record(None, "offer.rest_passed_on", offer, pledge=rest.pledge_id)
    tell(offer, "offer/mail/passed_on", "passed_on", rest=rest.money, amount=pledge and pledge.money, other=campaign)


def _pledge(campaign: Campaign, rest: Rest, offer: Offer) -> Pledge | None:
    """A pledge of what the campaign takes of it; None where it takes nothing, or the rest is too small."""
    amount = min(rest.money, figures.lock(campaign.id).uncovered)
    given = pledges.Offer(amount, offer.name, offer.email, offer.organisation_name, condition_of(offer).method)
    try:
        with db.session.begin_nested():
            return pledges.make(campaign.id, given, wishes_of(offer), once=f"rest:{offer.id}")
    except Refused:
        return None


def _ask_again(offer_id: int, campaign_id: int) -> None:
    """Mail that the next campaign is open; nothing is due until the sponsor pledges there."""
    found = _open(offer_id)
    if found is None:
        return
    rest, offer = found
    campaign = db.session.get_one(Campaign, campaign_id)
    rest.settled_at = clock.now()
    audit.record(None, "offer.rest_asked_again", offer, campaign=campaign_id)
    pledge_url = links.url("pledge.create", slug=campaign.slug)
    tell(offer, "offer/mail/next_term", "next_term", rest=rest.money, other=campaign, pledge_url=pledge_url)

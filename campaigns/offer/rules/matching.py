"""For every 1.00 that others pledge from now on, so much is added, up to a cap.

What is added is a pledge like any other, which waits for the goal or the campaign's end (`Plan.GOAL`, paid either
way), or is due as soon as the cap is reached. `follow_matches` lets it grow and shrink with what others' pledges come
to, under the campaign's lock, never beyond what is open. It is frozen once it is due, or once anybody else has
changed it: its sponsor on its own page, or a student who left.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.campaign.states import CampaignState
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.kit.queue import sweep
from campaigns.offer import queries
from campaigns.offer.models import Match, Offer
from campaigns.offer.queries import matches
from campaigns.offer.rules.make import Said, ask_to_confirm, note, stands, tell, wishes_of
from campaigns.offer.states import OfferKind, OfferState
from campaigns.pledge import queries as pledge_queries
from campaigns.pledge import rules as pledges
from campaigns.pledge.models import Pledge
from campaigns.pledge.queries.waiting import OVER
from campaigns.pledge.rules import Wishes
from campaigns.pledge.rules.sweeping import one_by_one
from campaigns.pledge.states import Fallback, InstalmentState, Method, Plan

BATCH = 200
RATES = (25, 50, 100, 200)
NOTHING, TAKEN_BACK = "nobody pledged anything that it could match", "what it matched was taken back"


class MoreThanAsked(Refused):
    """The campaign asks for less than that."""

    field = "amount"


@dataclass(frozen=True)
class How:
    """So many hundredths for every 1.00, and how it is paid."""

    rate: int
    method: Method = Method.BANK_TRANSFER


def offer_match(campaign: Campaign, said: Said, how: How, *, once: str) -> Offer:
    """Note that somebody matches others' pledges up to an amount, and mail the link that confirms it.

    Raises MoreThanAsked, TooSmall, and what a campaign that takes no pledge raises.
    """
    pledges.check_running(campaign)
    if said.amount.amount > campaign.asked:
        raise MoreThanAsked()
    if said.amount < pledges.floor(said.amount.currency):
        raise pledges.TooSmall(pledges.floor(said.amount.currency))
    offer, new = note(campaign, OfferKind.MATCH, said, once=once)
    if new:
        db.session.add(Match(offer_id=offer.id, rate=how.rate, method=how.method))
        db.session.flush()
        ask_to_confirm(db.session.scalars(queries.whole(offer.id)).one())
    return offer


def stand(offer: Offer, campaign: Campaign, wishes: Wishes) -> None:
    """Match what others pledge from now on. Raises what a campaign that takes no pledge raises."""
    pledges.check_running(campaign)
    stands(offer, wishes)
    figures.touch(campaign.id)
    tell(offer, "offer/mail/matching", "matching")


@sweep
def follow_matches() -> None:
    """Bring every offer that matches in line with what others have pledged; each in a transaction of its own."""
    for offer_id in db.session.scalars(matches.off().limit(BATCH)).all():
        one_by_one(_follow, offer_id)


def _follow(offer_id: int) -> None:
    campaign = figures.lock(db.session.scalars(sa.select(Offer.campaign_id).where(Offer.id == offer_id)).one())
    offer = db.session.scalars(queries.whole(offer_id)).one()
    if offer.state is not OfferState.STANDING:
        return
    match, pledge = match_of(offer), _pledge_of(offer)
    if pledge is not None and _is_decided(pledge, match, campaign):
        _freeze(offer, pledge)
    elif pledge is None and campaign.state in {*OVER, CampaignState.CANCELLED}:
        end(offer, OfferState.ENDED, NOTHING)
    else:
        _bring_in_line(offer, match, pledge, campaign)


def _is_decided(pledge: Pledge, match: Match, campaign: Campaign) -> bool:
    """It is due, or somebody else has changed it."""
    changed = pledge.ended_at is not None or pledge.amount != match.matched or pledge.campaign_id != campaign.id
    return (
        changed or not pledge.waits or all(each.state is not InstalmentState.SCHEDULED for each in pledge.instalments)
    )


def _is_reached(pledge: Pledge, campaign: Campaign) -> bool:
    """The goal was reached since; the pledge falls due by that, and nothing shrinks it any more."""
    since = pledge.confirmed_at
    return campaign.funded_at is not None and since is not None and campaign.funded_at >= since


def _bring_in_line(offer: Offer, match: Match, pledge: Pledge | None, campaign: Campaign) -> None:
    room = campaign.uncovered.amount if pledges.is_open(campaign) else 0
    target = min(db.session.scalars(matches.wanted(offer.id)).one(), match.matched + room)
    if target == match.matched or (pledge is not None and _is_reached(pledge, campaign)):
        return
    if pledge is None:
        pledge = _begin(offer, match, Money(target, offer.currency))
        if pledge is None:
            return
    elif target == 0:
        pledges.end_quietly(pledge, TAKEN_BACK)
        match.round, match.pledge_id, pledge = match.round + 1, None, None
    else:
        pledges.resize(pledge, target - match.matched)
    match.matched = target
    audit.record(None, "offer.match_followed", offer, matched=target)
    if pledge is not None and target == offer.amount:
        _fall_due(offer, pledge, campaign)


def _begin(offer: Offer, match: Match, amount: Money) -> Pledge | None:
    """The pledge, with its first amount; None while that is too small for one."""
    about = (offer.name, offer.email, offer.organisation_name, match.method)
    given = pledges.Offer(amount, *about, plan=Plan.GOAL, fallback=Fallback.PAY)
    try:
        with db.session.begin_nested():
            once = f"match:{offer.id}:{match.round}"
            pledge = pledges.make(offer.campaign_id, given, wishes_of(offer), once=once, quietly=True)
    except pledges.TooSmall:
        return None
    match.pledge_id = pledge.id
    return pledge


def _fall_due(offer: Offer, pledge: Pledge, campaign: Campaign) -> None:
    """The cap is reached: it waits for nothing more."""
    pledges.wait_no_more(pledge)
    pledges.thank(pledge, campaign)
    _freeze(offer, pledge)


def _freeze(offer: Offer, pledge: Pledge) -> None:
    offer.move_to(OfferState.DONE)
    offer.pledge_id = pledge.id
    figures.touch(offer.campaign_id)
    audit.record(None, "offer.match_frozen", offer, pledge=pledge.id)


def end(offer: Offer, state: OfferState, reason: str) -> None:
    """It matches nothing more, and what it has matched is taken back as far as it is not paid.

    The caller holds the campaign's lock. Raises IllegalMove, NothingToEnd.
    """
    offer.move_to(state)
    offer.end_reason = reason
    pledge = _pledge_of(offer)
    if pledge is not None:
        pledges.end_quietly(pledge, reason)
    figures.touch(offer.campaign_id)
    audit.record(None, f"offer.match_{state}", offer)
    tell(offer, "offer/mail/match_ended", "ended")


def _pledge_of(offer: Offer) -> Pledge | None:
    pledge_id = match_of(offer).pledge_id
    return None if pledge_id is None else db.session.scalars(pledge_queries.whole(pledge_id)).one()


def match_of(offer: Offer) -> Match:
    """How it matches. Raises Refused where it does not."""
    if offer.match is None:
        raise Refused("This matches nothing.")
    return offer.match

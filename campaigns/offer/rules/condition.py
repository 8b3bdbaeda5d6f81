"""A pledge on a condition: others raise so much, so many other companies pledge, so many people sign; by a day.

Until then it covers no line and stands in no figure. `meet_conditions` notes that a condition is met, once, and that
is never undone; then the offer becomes a pledge for what is still open. What is not needed of it, and all of it where
the condition is not met in time, goes where its maker chose beforehand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import figures
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.kit.queue import nudge, sweep
from campaigns.offer import queries
from campaigns.offer.models import Condition, Offer, Rest
from campaigns.offer.queries import conditions
from campaigns.offer.rules.make import Said, ask_to_confirm, note, stands, tell, wishes_of
from campaigns.offer.states import ConditionKind, OfferKind, OfferState, Otherwise
from campaigns.pledge import rules as pledges
from campaigns.pledge.rules import Wishes
from campaigns.pledge.rules.sweeping import one_by_one
from campaigns.pledge.states import Method

BATCH = 200
MOST = 1_000_000
NOT_MET, NOT_NEEDED = "the condition was not met in time", "others have covered everything in the meantime"


class BadDay(Refused):
    """Choose a day from tomorrow on, and no later than the campaign's last."""

    field = "by"


class BadThreshold(Refused):
    """Say how many."""

    field = "threshold"


class MoreThanAsked(Refused):
    """The campaign asks for less than that."""

    field = "amount"


@dataclass(frozen=True)
class If:
    """What must come true by when, and what happens otherwise."""

    kind: ConditionKind
    threshold: int  # minor units of the campaign's currency, companies, or people
    by: date
    otherwise: Otherwise
    method: Method = Method.BANK_TRANSFER


def promise_if(campaign: Campaign, said: Said, given: If, *, once: str) -> Offer:
    """Note a pledge on a condition, and mail the link that confirms it.

    Raises BadDay, BadThreshold, MoreThanAsked, and what a pledge of a cent would raise: a campaign that takes none.
    """
    _check(campaign, said.amount, given)
    offer, new = note(campaign, OfferKind.CONDITION, said, once=once, until=given.by)
    if new:
        kept = {"kind": given.kind, "threshold": given.threshold, "otherwise": given.otherwise, "method": given.method}
        db.session.add(Condition(offer_id=offer.id, **kept))
        db.session.flush()
        ask_to_confirm(db.session.scalars(queries.whole(offer.id)).one())
    return offer


def _check(campaign: Campaign, amount: Money, given: If) -> None:
    pledges.check_running(campaign)
    if amount.amount > campaign.asked:
        raise MoreThanAsked()
    if amount < pledges.floor(amount.currency):
        raise pledges.TooSmall(pledges.floor(amount.currency))
    if not clock.today() < given.by <= campaign.deadline:
        raise BadDay()
    if not 0 < given.threshold <= (campaign.asked if given.kind is ConditionKind.RAISED else MOST):
        raise BadThreshold()


def stand(offer: Offer, campaign: Campaign, wishes: Wishes) -> None:
    """Let it wait for its condition. Raises what a campaign that takes no pledge raises; BadDay where it is late."""
    pledges.check_running(campaign)
    if offer.until is None or offer.until < clock.today():
        raise BadDay()
    stands(offer, wishes)
    figures.touch(campaign.id)
    tell(offer, "offer/mail/waiting", "waiting")
    nudge(meet_conditions)


@sweep
def meet_conditions() -> None:
    """Note which conditions have come true, then make pledges of the offers; each in a transaction of its own."""
    for select, step in ((conditions.come_true(clock.today()), _meet), (conditions.to_fulfil(), _fulfil)):
        for offer_id in db.session.scalars(select.limit(BATCH)).all():
            one_by_one(_take, offer_id, select, step)


def _take(offer_id: int, select: "sa.Select[int]", step: Callable[[Offer], None]) -> None:
    """Take the step unless another worker has, or it is true no more."""
    figures.lock(db.session.scalars(sa.select(Offer.campaign_id).where(Offer.id == offer_id)).one())
    if db.session.scalars(select.where(Offer.id == offer_id)).one_or_none() is not None:
        step(db.session.scalars(queries.whole(offer_id)).one())


def _meet(offer: Offer) -> None:
    condition_of(offer).met_at = clock.now()
    audit.record(None, "offer.condition_met", offer)


def _fulfil(offer: Offer) -> None:
    """Cover what is open, up to what was promised; the rest goes where its maker chose."""
    condition, campaign = condition_of(offer), figures.lock(offer.campaign_id)
    covers = min(offer.money, campaign.uncovered) if pledges.is_open(campaign) else Money(0, offer.currency)
    if covers:
        given = pledges.Offer(covers, offer.name, offer.email, offer.organisation_name, condition.method)
        pledge = pledges.make(campaign.id, given, wishes_of(offer), once=f"offer:{offer.id}")
        offer.move_to(OfferState.DONE)
        offer.pledge_id = pledge.id
    else:
        offer.move_to(OfferState.ENDED)
        offer.end_reason = NOT_NEEDED
    figures.touch(campaign.id)
    rest = offer.money - covers
    if rest:
        leave(offer, rest)
    audit.record(None, "offer.condition_fulfilled", offer, covers=covers.amount, rest=rest.amount)
    tell(offer, "offer/mail/met", "met", covers=covers, rest=rest)


def end(offer: Offer, state: OfferState, reason: str) -> None:
    """It will not come true, or is taken back: nothing is due, and what its maker chose for that case is done.

    The caller holds the campaign's lock. Raises IllegalMove; Refused where the condition is met already.
    """
    if condition_of(offer).met_at is not None:
        raise Refused("The condition has been met, so this is becoming a pledge. Take that back, on its own page.")
    offer.move_to(state)
    offer.end_reason = NOT_MET if state is OfferState.EXPIRED else reason
    figures.touch(offer.campaign_id)
    if state in {OfferState.EXPIRED, OfferState.ENDED}:
        leave(offer, offer.money)
    audit.record(None, f"offer.condition_{state}", offer)
    tell(offer, "offer/mail/not_met", "ended")


def leave(offer: Offer, rest: Money) -> None:
    """Keep what is left of an offer for where its maker chose; where that is nowhere, it is due nowhere."""
    condition = condition_of(offer)
    if condition.otherwise is not Otherwise.LET_GO:
        kept = {"organisation_id": offer.organisation_id, "campaign_id": offer.campaign_id}
        db.session.add(
            Rest(offer_id=offer.id, choice=condition.otherwise, amount=rest.amount, currency=rest.currency, **kept)
        )


def condition_of(offer: Offer) -> Condition:
    """What it waits for. Raises Refused where it waits for nothing."""
    if offer.condition is None:
        raise Refused("This waits for nothing.")
    return offer.condition

"""Offers that are no pledge yet, with everything private marked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.campaign.models import Campaign
from campaigns.kit import clock, crypto, db, links
from campaigns.kit.money import Money
from campaigns.offer import queries, rules
from campaigns.offer.rules import If, Said
from campaigns.offer.rules.gift import RECEIVED, offer_gift
from campaigns.offer.rules.matching import How, offer_match
from campaigns.offer.states import ConditionKind, OfferState, Otherwise
from campaigns.pledge.rules import Wishes

CANARIES = {
    "offering address": "canary.offer@canaryoffers.example",
    "offering name": "Canary Offerer",
    "gift not looked at": "Canary gift",
    "gift's details": "Canary details of a gift",
    "offering company": "Canary Reserving Company",
}


def build(get: Callable[[str], Any], users: dict[str, User]) -> dict[str, Any]:
    """Make one of every kind."""
    live = db.session.scalars(sa.select(Campaign).where(Campaign.slug == "live")).one()
    names = (CANARIES["offering name"], CANARIES["offering address"], CANARIES["offering company"])

    def reserve(email: str) -> Any:
        said = Said(Money(20_00, live.currency), names[0], email, names[2])
        return rules.reserve(live, said, 30, once=crypto.token())

    asked, standing = reserve("canary.other@canaryothers.example"), reserve(names[1])
    rules.confirm(links.issue(queries.PURPOSE, standing.id, lasts=timedelta(days=1)), Wishes())
    money = Money(20_00, live.currency)
    given = If(ConditionKind.COMPANIES, 50, live.deadline, Otherwise.WAITING)
    waiting = rules.promise_if(live, Said(money, names[0], names[1], names[2]), given, once=crypto.token())
    rules.confirm(links.issue(queries.PURPOSE, waiting.id, lasts=timedelta(days=1)), Wishes())
    matching = offer_match(live, Said(money, names[0], names[1], names[2]), How(50), once=crypto.token())
    rules.confirm(links.issue(queries.PURPOSE, matching.id, lasts=timedelta(days=1)), Wishes())
    gifts = [_gift(live, names, users, what) for what in (CANARIES["gift not looked at"], "A used laptop")]
    gifts[1].move_to(OfferState.ACCEPTED)
    db.session.flush()
    return {
        "gift": gifts[0].ref, "gift_token": links.issue(RECEIVED, gifts[1].id, lasts=timedelta(days=1)),
        "hold": standing.ref, "hold_key": links.sign("offer", standing.ref), "asked_hold": asked.ref,
        "offer_sent_key": links.sign("offer.sent", asked.ref),
        "offer_token": links.issue(queries.PURPOSE, asked.id, lasts=timedelta(days=1)),
    }  # fmt: skip


def _gift(live: Campaign, names: tuple[str, str, str], users: dict[str, User], what: str) -> Any:
    said = Said(Money(20_00, live.currency), names[0], names[1], names[2])
    offer = offer_gift(live, said, what, CANARIES["gift's details"], once=crypto.token())
    rules.confirm(links.issue(queries.PURPOSE, offer.id, lasts=timedelta(days=1)), Wishes())
    if offer.gift is not None:
        offer.gift.accepted_by_id, offer.gift.accepted_at = users["sara"].id, clock.now()
    return offer

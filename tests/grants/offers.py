"""Offers that are no pledge yet, with everything private marked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.campaign.models import Campaign
from campaigns.kit import crypto, db, links
from campaigns.kit.money import Money
from campaigns.offer import queries, rules
from campaigns.offer.rules import If, Said
from campaigns.offer.states import ConditionKind, Otherwise
from campaigns.pledge.rules import Wishes

CANARIES = {
    "offering address": "canary.offer@canaryoffers.example",
    "offering name": "Canary Offerer",
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
    db.session.flush()
    return {
        "hold": standing.ref, "hold_key": links.sign("offer", standing.ref), "asked_hold": asked.ref,
        "offer_sent_key": links.sign("offer.sent", asked.ref),
        "offer_token": links.issue(queries.PURPOSE, asked.id, lasts=timedelta(days=1)),
    }  # fmt: skip

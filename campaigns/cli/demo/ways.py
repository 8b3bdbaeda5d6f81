"""Sample pledges in other ways: by term, when the goal is reached, paused, over several campaigns."""

from dataclasses import replace
from datetime import timedelta

from campaigns.campaign.models import Campaign
from campaigns.cli.demo.time import day
from campaigns.kit import clock, crypto, db
from campaigns.kit.money import Money
from campaigns.pledge import queries, rules
from campaigns.pledge.models import Pledge
from campaigns.pledge.rules import Offer, Share, Wishes, terms
from campaigns.pledge.rules.group import confirm
from campaigns.pledge.states import Fallback, Plan


def by_term(campaign: Campaign, name: str, amount: int, ago: int) -> Pledge:
    """Three terms, in equal parts."""
    with db.transaction(), day(ago):
        whole = Money(amount, campaign.currency)
        offer = replace(_offer(name, whole), plan=Plan.TERMS, terms=tuple(terms.propose(whole, 3)))
        return rules.make(campaign.id, offer, Wishes(show_name=True), once=crypto.token())


def at_goal(campaign: Campaign, name: str, amount: int, ago: int) -> Pledge:
    """Paid only when everything is pledged."""
    with db.transaction(), day(ago):
        offer = _offer(name, Money(amount, campaign.currency))
        offer = replace(offer, plan=Plan.GOAL, fallback=Fallback.RELEASE)
        return rules.make(campaign.id, offer, Wishes(show_name=True), once=crypto.token())


def paused(pledge: Pledge, ago: int) -> None:
    """The sponsor asked for two months."""
    with db.transaction(), day(ago):
        rules.pause(db.session.scalars(queries.whole(pledge.id)).one(), clock.today() + timedelta(days=60))


def over_several(campaigns: list[Campaign], name: str, total: int, ago: int) -> None:
    """One sum, by what each still needs."""
    with db.transaction(), day(ago):
        fresh = [db.session.get_one(Campaign, each.id) for each in campaigns]
        whole = Money(total, fresh[0].currency)
        parts = rules.split(whole, [each.uncovered for each in fresh], by_need=True)
        shares = [Share(each.id, part) for each, part in zip(fresh, parts, strict=True)]
        group = rules.promise_several(fresh[0].organisation_id, shares, _offer(name, whole), once=crypto.token())
        confirm(group.id, Wishes(show_name=True), seen=whole)


def _offer(name: str, amount: Money) -> Offer:
    return Offer(amount, name, f"{name.lower().replace(' ', '.')}@sponsor.example")

"""Sample offers: what is no pledge yet."""

from datetime import timedelta

from campaigns.campaign.models import Campaign
from campaigns.cli.demo.time import day
from campaigns.kit import crypto, db, links
from campaigns.kit.money import Money
from campaigns.offer import queries, rules
from campaigns.offer.rules import If, Said
from campaigns.offer.states import ConditionKind, Otherwise
from campaigns.pledge.rules import Wishes


def reserve(campaign: Campaign, amount: int, ago: int) -> None:
    """A company keeps a part of a campaign while its purchase order is clearing."""
    said = Said(Money(amount, campaign.currency), "Sofie Brandt", "sofie.brandt@nordhaven.example", "Nordhaven Pumps")
    with db.transaction(), day(ago):
        offer = rules.reserve(campaign, said, 45, once=crypto.token())
        rules.confirm(links.issue(queries.PURPOSE, offer.id, lasts=timedelta(days=14)), Wishes(show_name=True))


def promise_if(campaign: Campaign, amount: int, ago: int) -> None:
    """Somebody pledges once enough others do."""
    said = Said(Money(amount, campaign.currency), "Runa Dahl", "runa.dahl@sponsor.example")
    given = If(ConditionKind.COMPANIES, 4, campaign.deadline, Otherwise.WAITING)
    with db.transaction(), day(ago):
        offer = rules.promise_if(campaign, said, given, once=crypto.token())
        rules.confirm(links.issue(queries.PURPOSE, offer.id, lasts=timedelta(days=14)), Wishes(show_name=True))

"""Sample offers: what is no pledge yet."""

from datetime import timedelta

from campaigns.campaign.models import Campaign
from campaigns.cli.demo.time import day
from campaigns.kit import crypto, db, links
from campaigns.kit.money import Money
from campaigns.offer import queries, rules
from campaigns.offer.rules import Said


def reserve(campaign: Campaign, amount: int, ago: int) -> None:
    """A company keeps a part of a campaign while its purchase order is clearing."""
    said = Said(Money(amount, campaign.currency), "Sofie Brandt", "sofie.brandt@nordhaven.example", "Nordhaven Pumps")
    with db.transaction(), day(ago):
        offer = rules.reserve(campaign, said, 45, once=crypto.token())
        rules.confirm(links.issue(queries.PURPOSE, offer.id, lasts=timedelta(days=14)))

"""Sample offers: what is no pledge yet."""

from datetime import timedelta

from campaigns.campaign.models import Campaign
from campaigns.cli.demo.people import Cast
from campaigns.cli.demo.time import day
from campaigns.kit import clock, crypto, db, links
from campaigns.kit.money import Money
from campaigns.offer import queries, rules
from campaigns.offer.rules import If, Said
from campaigns.offer.rules.gift import RECEIVED, accept, offer_gift, receive
from campaigns.offer.rules.matching import How, offer_match
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


def give(cast: Cast, campaign: Campaign, ago: int, *, officer: str) -> None:
    """A gift in kind that the school has received."""
    said = Said(Money(9_000, campaign.currency), "Ulrike Horn", "ulrike.horn@sponsor.example")
    with db.transaction(), day(ago):
        offer = offer_gift(campaign, said, "A used anatomy atlas", "In Hamburg; I can send it.", once=crypto.token())
        rules.confirm(links.issue(queries.PURPOSE, offer.id, lasts=timedelta(days=14)), Wishes())
    with db.transaction(), day(ago - 1):
        accept(offer, None, "office@mwangaza.example", by=cast[officer])
    with db.transaction(), day(ago - 4):
        receive(links.issue(RECEIVED, offer.id, lasts=timedelta(days=14)), "The school library", clock.today())


def match(campaign: Campaign, amount: int, ago: int) -> None:
    """Somebody adds half of what others pledge."""
    said = Said(Money(amount, campaign.currency), "Tilda Frey", "tilda.frey@sponsor.example")
    with db.transaction(), day(ago):
        offer = offer_match(campaign, said, How(50), once=crypto.token())
        rules.confirm(links.issue(queries.PURPOSE, offer.id, lasts=timedelta(days=14)), Wishes(show_name=True))

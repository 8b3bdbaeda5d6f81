"""Every write to an offer."""

from campaigns.offer.rules.check import problems
from campaigns.offer.rules.condition import If, meet_conditions, promise_if
from campaigns.offer.rules.confirmation import confirm, end, take_back
from campaigns.offer.rules.hold import DAYS, reserve, room, turn
from campaigns.offer.rules.make import NotAsked, Said
from campaigns.offer.rules.matching import follow_matches
from campaigns.offer.rules.rest import settle_rests
from campaigns.offer.rules.times import follow_offers

__all__ = [
    "DAYS",
    "If",
    "NotAsked",
    "Said",
    "confirm",
    "end",
    "follow_matches",
    "follow_offers",
    "meet_conditions",
    "problems",
    "promise_if",
    "reserve",
    "room",
    "settle_rests",
    "take_back",
    "turn",
]

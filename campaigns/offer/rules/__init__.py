"""Every write to an offer."""

from campaigns.offer.rules.check import problems
from campaigns.offer.rules.confirmation import confirm, end, take_back
from campaigns.offer.rules.hold import DAYS, reserve, room, turn
from campaigns.offer.rules.make import NotAsked, Said
from campaigns.offer.rules.times import follow_offers

__all__ = [
    "DAYS",
    "NotAsked",
    "Said",
    "confirm",
    "end",
    "follow_offers",
    "problems",
    "reserve",
    "room",
    "take_back",
    "turn",
]

"""Every write to a departure: reported, confirmed, chosen, settled; and how support ends well."""

from campaigns.departure.rules.check import problems
from campaigns.departure.rules.choose import choose, decide, left_of
from campaigns.departure.rules.complete import complete
from campaigns.departure.rules.remind import close_choices, remind
from campaigns.departure.rules.replace import replace
from campaigns.departure.rules.report import Told, confirm, dismiss, report

__all__ = [
    "Told",
    "choose",
    "close_choices",
    "complete",
    "confirm",
    "decide",
    "dismiss",
    "left_of",
    "problems",
    "remind",
    "replace",
    "report",
]

"""Every write to a payment to a school."""

from campaigns.disbursement.rules.check import problems
from campaigns.disbursement.rules.propose import OpenLine, available, cancel, open_lines, propose, require_apart
from campaigns.disbursement.rules.prove import prove
from campaigns.disbursement.rules.release import release, require_release, second_people
from campaigns.disbursement.rules.where import has_changed, in_use, look_again

__all__ = [
    "OpenLine",
    "available",
    "cancel",
    "has_changed",
    "in_use",
    "look_again",
    "open_lines",
    "problems",
    "propose",
    "prove",
    "release",
    "require_apart",
    "require_release",
    "second_people",
]

"""Every write to a payment to a school."""

from campaigns.disbursement.rules.check import problems
from campaigns.disbursement.rules.propose import OpenLine, available, cancel, open_lines, propose
from campaigns.disbursement.rules.prove import prove
from campaigns.disbursement.rules.release import release, require_release, second_people

__all__ = [
    "OpenLine",
    "available",
    "cancel",
    "open_lines",
    "problems",
    "propose",
    "prove",
    "release",
    "require_release",
    "second_people",
]

"""Every write to an update, and who hears of it."""

from campaigns.update.rules.check import problems
from campaigns.update.rules.follow import confirm_follow, follow, found_by
from campaigns.update.rules.mailing import mail_followers
from campaigns.update.rules.publish import (
    approval_of,
    approve,
    give_back,
    publish,
    require_reader,
    send_for_review,
    withdraw,
)
from campaigns.update.rules.write import concerns_minor, create, save

__all__ = [
    "approval_of",
    "approve",
    "concerns_minor",
    "confirm_follow",
    "create",
    "follow",
    "found_by",
    "give_back",
    "mail_followers",
    "problems",
    "publish",
    "require_reader",
    "save",
    "send_for_review",
    "withdraw",
]

"""Every write to an update, and who hears of it."""

from campaigns.update.rules.check import problems
from campaigns.update.rules.follow import confirm_follow, follow, found_by
from campaigns.update.rules.mailing import mail_followers
from campaigns.update.rules.publish import approve, give_back, publish, send_for_review, withdraw
from campaigns.update.rules.write import concerns_minor, create, save

__all__ = [
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
    "save",
    "send_for_review",
    "withdraw",
]

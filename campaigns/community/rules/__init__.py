"""Every write to communities and their teams."""

from campaigns.community.rules.bank import change_bank_details
from campaigns.community.rules.founding import create, describe, set_closing
from campaigns.community.rules.team import accept, behind, end_membership, invite, join, resend, withdraw

__all__ = [
    "accept",
    "behind",
    "change_bank_details",
    "create",
    "describe",
    "end_membership",
    "invite",
    "join",
    "resend",
    "set_closing",
    "withdraw",
]

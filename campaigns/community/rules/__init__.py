"""Every write to communities and their teams."""

from campaigns.community.rules.bank import change_bank_details
from campaigns.community.rules.founding import create, describe, set_closing
from campaigns.community.rules.legal import Legal, describe_legal
from campaigns.community.rules.team import accept, behind, end_membership, invite, join, resend, withdraw

__all__ = [
    "Legal",
    "accept",
    "behind",
    "change_bank_details",
    "create",
    "describe",
    "describe_legal",
    "end_membership",
    "invite",
    "join",
    "resend",
    "set_closing",
    "withdraw",
]

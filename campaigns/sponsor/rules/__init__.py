"""Every write of a company's workspace."""

from campaigns.sponsor.rules.cards import remove_card
from campaigns.sponsor.rules.claim import AlreadyAsked, AlreadyOurs, claim, grant, refuse
from campaigns.sponsor.rules.link import open_link, opened, revoke_link
from campaigns.sponsor.rules.propose import approve, decline, propose, set_limit, withdraw

__all__ = [
    "AlreadyAsked",
    "AlreadyOurs",
    "approve",
    "claim",
    "decline",
    "grant",
    "open_link",
    "opened",
    "propose",
    "refuse",
    "remove_card",
    "revoke_link",
    "set_limit",
    "withdraw",
]

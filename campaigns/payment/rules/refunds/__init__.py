"""Money that goes back to a sponsor: because we send it, or because somebody sent it at the provider."""

from campaigns.payment.rules.refunds.ask import (
    Disputed,
    MoreThanLeft,
    NothingAside,
    Wish,
    aside_of,
    ask,
    ask_from,
    refundable,
)
from campaigns.payment.rules.refunds.seen import reflect
from campaigns.payment.rules.refunds.send import follow, send

__all__ = [
    "Disputed",
    "MoreThanLeft",
    "NothingAside",
    "Wish",
    "aside_of",
    "ask",
    "ask_from",
    "follow",
    "reflect",
    "refundable",
    "send",
]

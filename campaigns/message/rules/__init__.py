"""Writing, checking and passing on messages, and ending a conversation."""

from campaigns.message.rules.end import close, end
from campaigns.message.rules.moderate import (
    NotChecked,
    TextChanged,
    approve,
    check_again,
    check_unchecked,
    give_back,
    mark_read,
    refuse,
)
from campaigns.message.rules.scan import Piece, marked
from campaigns.message.rules.write import LONGEST, Ended, LinkInside, TooLong, TooMany, begin, write

__all__ = [
    "LONGEST",
    "Ended",
    "LinkInside",
    "NotChecked",
    "Piece",
    "TextChanged",
    "TooLong",
    "TooMany",
    "approve",
    "begin",
    "check_again",
    "check_unchecked",
    "close",
    "end",
    "give_back",
    "mark_read",
    "marked",
    "refuse",
    "write",
]

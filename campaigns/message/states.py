"""Where a message is, who wrote it, and why it was not passed on."""

from enum import StrEnum

from campaigns.kit.states import Moves


class MessageState(StrEnum):
    """Where a message is. Only an approved one is shown to the other side."""

    HELD = "held"
    APPROVED = "approved"
    RETURNED = "returned"  # to the writer, who may write it anew
    REFUSED = "refused"


MOVES: Moves[MessageState] = {
    MessageState.HELD: {MessageState.APPROVED, MessageState.RETURNED, MessageState.REFUSED},
}


class Side(StrEnum):
    """Who writes, or ends a conversation."""

    SPONSOR = "sponsor"
    STUDENT = "student"
    COMMUNITY = "community"


class Reason(StrEnum):
    """Why a message was not passed on."""

    CONTACT = "contact"
    PERSONAL = "personal"
    GIFT = "gift"
    UNKIND = "unkind"
    DANGER = "danger"
    ABUSE = "abuse"


RETURNS: dict[Reason, str] = {
    Reason.DANGER: "A child may be in danger",
    Reason.CONTACT: "It asks for or gives a way to be in contact outside these pages",
    Reason.PERSONAL: "It says or asks too much about who somebody is, or where",
    Reason.GIFT: "It asks for or promises money or gifts",
    Reason.UNKIND: "It may hurt the person who reads it",
}
"""The reasons to give a message back."""

REFUSALS: dict[Reason, str] = {Reason.ABUSE: "It breaks the rules of safety, so the conversation has ended"}
"""The reasons to refuse a message for good, which ends the conversation."""

IN_WORDS = RETURNS | REFUSALS
"""Every reason in words."""

TOLD = IN_WORDS | {Reason.DANGER: "The community has to look at it first"}
"""What its writer reads: whoever may be the danger is not warned."""

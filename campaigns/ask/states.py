"""The ladder of an ask, as far as private letter, public letter and answer."""

from enum import StrEnum

from campaigns.kit.states import Moves


class AskState(StrEnum):
    """Where an ask is."""

    DRAFTED = "drafted"
    MODERATED = "moderated"  # a second person has read the letter
    PRIVATE = "private"  # mailed; the quiet period runs
    PUBLIC = "public"  # open to co-signing
    ANSWERED = "answered"
    SILENT = "silent"  # closed without an answer


MOVES: Moves[AskState] = {
    AskState.DRAFTED: {AskState.MODERATED},
    AskState.MODERATED: {AskState.DRAFTED, AskState.PRIVATE},
    AskState.PRIVATE: {AskState.PUBLIC, AskState.ANSWERED},
    AskState.PUBLIC: {AskState.ANSWERED, AskState.SILENT},
    AskState.SILENT: {AskState.ANSWERED},
}

PUBLIC = frozenset({AskState.PUBLIC, AskState.SILENT})
"""Seen by visitors; an answered ask is, too, where its letter had been public."""

OPEN_FOR_ANSWER = frozenset({AskState.PRIVATE, AskState.PUBLIC, AskState.SILENT})


class Answer(StrEnum):
    """What a company can say."""

    ACCEPT = "accept"
    COUNTER = "counter"
    DECLINE = "decline"


class DeclineReason(StrEnum):
    """Why a company declines, in words that its page can show."""

    BUDGET = "budget"
    POLICY = "policy"
    ALREADY_SUPPORTING = "already_supporting"
    NOT_OUR_FIELD = "not_our_field"
    OTHER = "other"

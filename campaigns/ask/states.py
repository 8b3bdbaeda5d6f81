"""The ladder of an ask, as far as private letter, public letter and answer."""

from datetime import datetime, timedelta
from enum import StrEnum

from campaigns.kit.states import Moves

QUIET = timedelta(days=14)
"""How long a letter stays between the community and the company before it may become public."""

REMIND_BEFORE = timedelta(days=3)
"""How long before the end of the quiet period the company is reminded, once."""

SILENT_AFTER = timedelta(days=30)
"""How long a letter is public before its authors may close it as unanswered."""

COMPANY_GAP = timedelta(days=14)
"""How long a company with an open ask is left alone by all other communities."""


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

UNSENT = frozenset({AskState.DRAFTED, AskState.MODERATED})
"""The company does not have the letter yet, so its words can still change."""

OPEN_FOR_SIGNATURES = frozenset({AskState.PUBLIC, AskState.SILENT})

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


class Next(StrEnum):
    """What has to happen next with an ask."""

    REVISE = "revise"  # the second reader sent it back
    READ = "read"  # a second person reads it
    SEND = "send"
    WAIT = "wait"  # the quiet period runs
    PUBLISH = "publish"
    CO_SIGN = "co_sign"  # public; supporters sign
    CLOSE = "close"  # public for long without an answer
    FOLLOW_UP = "follow_up"  # the company has answered
    NOTHING = "nothing"


def next_step(
    state: AskState,
    *,
    now: datetime,
    quiet_until: datetime | None = None,
    public_at: datetime | None = None,
    returned_note: str | None = None,
) -> Next:
    """What an ask in this state waits for at this moment."""
    if state is AskState.DRAFTED:
        return Next.REVISE if returned_note else Next.READ
    if state is AskState.PRIVATE:
        return Next.WAIT if quiet_until is None or now < quiet_until else Next.PUBLISH
    if state is AskState.PUBLIC:
        return Next.CO_SIGN if public_at is None or now < public_at + SILENT_AFTER else Next.CLOSE
    fixed = {AskState.MODERATED: Next.SEND, AskState.ANSWERED: Next.FOLLOW_UP}
    return fixed.get(state, Next.NOTHING)

"""The life of an e-mail in the outbox."""

from enum import StrEnum

from campaigns.kit.states import Moves


class NoticeState(StrEnum):
    """Where an e-mail is."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


MOVES: Moves[NoticeState] = {
    NoticeState.QUEUED: {NoticeState.SENDING},
    NoticeState.SENDING: {NoticeState.SENT, NoticeState.QUEUED, NoticeState.FAILED},
}

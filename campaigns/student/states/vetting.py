"""What vetters say, and why."""

from enum import StrEnum


class Verdict(StrEnum):
    """What one vetter said."""

    APPROVE = "approve"
    DECLINE = "decline"


class Reason(StrEnum):
    """Why a vetter said so; a note may say more."""

    SCHOOL_CONFIRMED = "school_confirmed"
    DOCUMENTS_SEEN = "documents_seen"
    REFEREE_VOUCHED = "referee_vouched"
    NEED_NOT_SHOWN = "need_not_shown"
    SCHOOL_NOT_CONFIRMED = "school_not_confirmed"
    OUT_OF_SCOPE = "out_of_scope"
    APPLIED_TWICE = "applied_twice"


REASONS: dict[Verdict, dict[Reason, str]] = {
    Verdict.APPROVE: {
        Reason.SCHOOL_CONFIRMED: "The school confirmed the place and the costs",
        Reason.DOCUMENTS_SEEN: "I have seen the school's letter or fee note",
        Reason.REFEREE_VOUCHED: "Somebody we trust knows the student and vouches",
    },
    Verdict.DECLINE: {
        Reason.NEED_NOT_SHOWN: "The costs could not be shown to be needed",
        Reason.SCHOOL_NOT_CONFIRMED: "Nobody at the school could confirm the place",
        Reason.OUT_OF_SCOPE: "This community does not support this kind of study or place",
        Reason.APPLIED_TWICE: "The student has another application with us",
    },
}
"""The reasons that fit a verdict, in the words of who gives them; the student reads the declining ones."""

IN_WORDS = {reason: words for reasons in REASONS.values() for reason, words in reasons.items()}
"""Every reason in words."""

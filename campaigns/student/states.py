"""The stages of an application, its parts, and what consent is for."""

from enum import StrEnum

from campaigns.kit.states import Moves


class Stage(StrEnum):
    """Where an application is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    MORE_INFO = "more_info"
    APPROVED = "approved"
    DECLINED = "declined"
    SUPPORTED = "supported"
    COMPLETED = "completed"
    LEFT = "left"


MOVES: Moves[Stage] = {
    Stage.DRAFT: {Stage.SUBMITTED},
    Stage.SUBMITTED: {Stage.IN_REVIEW, Stage.MORE_INFO, Stage.LEFT},
    Stage.IN_REVIEW: {Stage.MORE_INFO, Stage.APPROVED, Stage.DECLINED, Stage.LEFT},
    Stage.MORE_INFO: {Stage.SUBMITTED, Stage.LEFT},
    Stage.DECLINED: {Stage.IN_REVIEW},  # looked at again, by somebody who did not decline it
    Stage.APPROVED: {Stage.SUPPORTED, Stage.LEFT},
    Stage.SUPPORTED: {Stage.COMPLETED, Stage.LEFT},
}

OPEN = frozenset({Stage.SUBMITTED, Stage.IN_REVIEW})
"""Waiting for a vetter."""

EDITABLE = frozenset({Stage.DRAFT, Stage.MORE_INFO})
"""Waiting for the student, who may change everything."""

FUNDABLE = frozenset({Stage.APPROVED, Stage.SUPPORTED})
"""Their needs may stand in a campaign."""


class Group(StrEnum):
    """The parts of an application, in the order in which they are asked."""

    ANSWER = "answer"  # to what a vetter asked, where one did
    ABOUT = "about"
    GUARDIAN = "guardian"
    SCHOOL = "school"
    PLACE = "place"
    NEEDS = "needs"
    STORY = "story"
    APPEARANCE = "appearance"
    CONSENT = "consent"


class NeedKind(StrEnum):
    """What a cost line pays for."""

    TUITION = "tuition"
    BOOKS = "books"
    TRANSPORT = "transport"
    DEVICE = "device"
    EXAM_FEES = "exam_fees"
    BOARDING = "boarding"
    UNIFORM = "uniform"
    OTHER = "other"


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


class Purpose(StrEnum):
    """What somebody may consent to; each apart."""

    APPLY = "apply"
    PUBLISH_TEXT = "publish_text"
    SHARE_WITH_SPONSOR = "share_with_sponsor"
    PUBLISH_IMAGE = "publish_image"


class ConsentEvent(StrEnum):
    """Consent is a trail: what was given, checked, withdrawn."""

    GIVEN = "given"
    CHECKED = "checked"
    WITHDRAWN = "withdrawn"

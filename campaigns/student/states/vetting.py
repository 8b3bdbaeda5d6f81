"""What vetters score, recommend and decide, and why."""

from enum import StrEnum


class Verdict(StrEnum):
    """What a vetter recommends, and what is decided."""

    APPROVE = "approve"
    WAITLIST = "waitlist"
    DECLINE = "decline"


RISING = (Verdict.DECLINE, Verdict.WAITLIST, Verdict.APPROVE)
"""From the worst for the student to the best: the middle of three recommendations is their median."""


class Reason(StrEnum):
    """Why it was decided so; a paragraph of the letter may say more."""

    SCHOOL_CONFIRMED = "school_confirmed"
    DOCUMENTS_SEEN = "documents_seen"
    REFEREE_VOUCHED = "referee_vouched"
    NO_PLACE_YET = "no_place_yet"
    OTHERS_FIRST = "others_first"
    NEED_NOT_SHOWN = "need_not_shown"
    SCHOOL_NOT_CONFIRMED = "school_not_confirmed"
    OUT_OF_SCOPE = "out_of_scope"
    APPLIED_TWICE = "applied_twice"
    PLACE_CAME_FREE = "place_came_free"


REASONS: dict[Verdict, dict[Reason, str]] = {
    Verdict.APPROVE: {
        Reason.SCHOOL_CONFIRMED: "The school confirmed the place and the costs",
        Reason.DOCUMENTS_SEEN: "We have seen the school's letter or fee note",
        Reason.REFEREE_VOUCHED: "Somebody we trust knows the student and vouches",
        Reason.PLACE_CAME_FREE: "A place came free on the waiting list",
    },
    Verdict.WAITLIST: {
        Reason.NO_PLACE_YET: "All places are taken at the moment",
        Reason.OTHERS_FIRST: "Others need it sooner; there may be a place later",
    },
    Verdict.DECLINE: {
        Reason.NEED_NOT_SHOWN: "The costs could not be shown to be needed",
        Reason.SCHOOL_NOT_CONFIRMED: "Nobody at the school could confirm the place",
        Reason.OUT_OF_SCOPE: "This community does not support this kind of study or place",
        Reason.APPLIED_TWICE: "The student has another application with us",
    },
}
"""The reasons that fit a verdict, in words that the student reads."""

IN_WORDS = {reason: words for reasons in REASONS.values() for reason, words in reasons.items()}
"""Every reason in words."""

CHOSEN_BY_PEOPLE = {
    verdict: [reason for reason in reasons if reason is not Reason.PLACE_CAME_FREE]
    for verdict, reasons in REASONS.items()
}
"""The reasons that a person can give; a place that comes free needs nobody."""


class ConflictKind(StrEnum):
    """Why somebody keeps out of an application."""

    OWN = "own"
    REFEREE = "referee"
    HELPER = "helper"  # entered it for the student
    SAW_IDENTITY = "saw_identity"  # checked name or papers, so cannot score blind
    KNOWS_STUDENT = "knows_student"
    RELATED = "related"
    WORKS_AT_SCHOOL = "works_at_school"
    OTHER = "other"
    SAME_SCHOOL = "same_school"
    EMAIL_DOMAIN = "email_domain"
    SAME_CONTACT = "same_contact"
    FAMILY_NAME = "family_name"


DECLARABLE = {
    ConflictKind.KNOWS_STUDENT: "I know the student or the family",
    ConflictKind.RELATED: "I am related to the student",
    ConflictKind.WORKS_AT_SCHOOL: "I work at the school, or have a part in it",
    ConflictKind.OTHER: "Another reason",
}
"""What a vetter can say of themselves."""

CONFLICTS_IN_WORDS = DECLARABLE | {
    ConflictKind.OWN: "It is their own application",
    ConflictKind.REFEREE: "They vouch for the student",
    ConflictKind.HELPER: "They entered it for the student",
    ConflictKind.SAW_IDENTITY: "They have seen the name or the papers",
    ConflictKind.SAME_SCHOOL: "They belong to the school",
    ConflictKind.EMAIL_DOMAIN: "Their address is at the same domain as the school or the family",
    ConflictKind.SAME_CONTACT: "They share a telephone number or an address with the family",
    ConflictKind.FAMILY_NAME: "They have the same family name, in the same place",
    ConflictKind.KNOWS_STUDENT: "They know the student or the family",
    ConflictKind.RELATED: "They are related to the student",
    ConflictKind.WORKS_AT_SCHOOL: "They work at the school, or have a part in it",
    ConflictKind.OTHER: "They said that they cannot judge it",
}


class InterestKind(StrEnum):
    """What a vetter tells about themselves once, so that conflicts are found."""

    SCHOOL = "school"
    DOMAIN = "domain"
    CONTACT = "contact"
    PLACE = "place"

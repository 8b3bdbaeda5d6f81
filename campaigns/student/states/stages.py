"""Where an application is, which steps it can take, and the parts that a student fills in."""

from enum import StrEnum

from campaigns.kit.states import Moves


class Stage(StrEnum):
    """Where an application is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    MORE_INFO = "more_info"
    APPROVED = "approved"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    APPEALED = "appealed"
    SUPPORTED = "supported"
    COMPLETED = "completed"
    LEFT = "left"


MOVES: Moves[Stage] = {
    Stage.DRAFT: {Stage.SUBMITTED},
    Stage.SUBMITTED: {Stage.IN_REVIEW, Stage.MORE_INFO, Stage.LEFT},
    Stage.IN_REVIEW: {Stage.MORE_INFO, Stage.APPROVED, Stage.WAITLISTED, Stage.DECLINED, Stage.LEFT},
    Stage.MORE_INFO: {Stage.SUBMITTED, Stage.LEFT},
    Stage.WAITLISTED: {Stage.APPROVED, Stage.LEFT},  # up in its published order, when money or places come
    Stage.DECLINED: {Stage.APPEALED},  # once, before a deadline
    Stage.APPEALED: {Stage.APPROVED, Stage.WAITLISTED, Stage.DECLINED, Stage.LEFT},  # before a second panel
    Stage.APPROVED: {Stage.SUPPORTED, Stage.LEFT},
    Stage.SUPPORTED: {Stage.COMPLETED, Stage.LEFT},
}

OPEN = frozenset({Stage.SUBMITTED, Stage.IN_REVIEW})
"""Waiting for a vetter."""

EDITABLE = frozenset({Stage.DRAFT, Stage.MORE_INFO})
"""Waiting for the student, who may change everything."""

SCORED = frozenset({Stage.IN_REVIEW, Stage.APPEALED})
"""Before a panel."""
UNDECIDED = EDITABLE | OPEN | {Stage.APPEALED}
"""Papers may still be added."""

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
    DOCUMENTS = "documents"  # never lacking: they may come later, or from the school
    STORY = "story"
    APPEARANCE = "appearance"
    PEOPLE = "people"  # who can confirm it; nobody has to be named
    CONSENT = "consent"

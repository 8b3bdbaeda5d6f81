"""The stages of an application, and what consent is for."""

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
    Stage.SUBMITTED: {Stage.IN_REVIEW, Stage.MORE_INFO, Stage.DECLINED},
    Stage.IN_REVIEW: {Stage.MORE_INFO, Stage.APPROVED, Stage.DECLINED},
    Stage.MORE_INFO: {Stage.SUBMITTED},
    Stage.DECLINED: {Stage.IN_REVIEW},  # appeal
    Stage.APPROVED: {Stage.SUPPORTED, Stage.LEFT},
    Stage.SUPPORTED: {Stage.COMPLETED, Stage.LEFT},
}

OPEN = frozenset({Stage.SUBMITTED, Stage.IN_REVIEW})
"""Waiting for a vetter."""


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


class Purpose(StrEnum):
    """What somebody may consent to; each apart."""

    APPLY = "apply"
    PUBLISH_TEXT = "publish_text"
    PUBLISH_IMAGE = "publish_image"
    SHARE_WITH_SPONSOR = "share_with_sponsor"


class ConsentEvent(StrEnum):
    """Consent is a trail: what was given, checked, withdrawn."""

    GIVEN = "given"
    CHECKED = "checked"
    WITHDRAWN = "withdrawn"

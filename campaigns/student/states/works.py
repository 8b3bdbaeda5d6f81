"""A student's own work: what it is, where it is, and why it was given back."""

from enum import StrEnum

from campaigns.kit.states import Moves


class WorkKind(StrEnum):
    """What a work is."""

    ESSAY = "essay"
    POEM = "poem"
    DRAWING = "drawing"
    PHOTO = "photo"  # of something that was made
    PROJECT = "project"
    MUSIC = "music"


class WorkState(StrEnum):
    """Where a work is. Anyone sees a published one, while consent holds."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


WORK_MOVES: Moves[WorkState] = {
    WorkState.DRAFT: {WorkState.IN_REVIEW},
    WorkState.IN_REVIEW: {WorkState.DRAFT, WorkState.PUBLISHED},
    WorkState.PUBLISHED: {WorkState.WITHDRAWN},
    WorkState.WITHDRAWN: {WorkState.DRAFT},
}


class WorkReturn(StrEnum):
    """Why a work was given back."""

    NAMES = "names"
    PLACE = "place"
    PICTURE = "picture"
    OTHERS = "others"
    HARM = "harm"


WORK_RETURNS: dict[WorkReturn, str] = {
    WorkReturn.NAMES: "It says who you or somebody else is",
    WorkReturn.PLACE: "It says where you live or learn",
    WorkReturn.PICTURE: "The picture shows a person, a uniform or a place that people would know",
    WorkReturn.OTHERS: "A part of it seems to be somebody else's work",
    WorkReturn.HARM: "Showing it could hurt you or somebody else",
}
"""The reasons in the words that the student reads."""

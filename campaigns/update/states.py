"""The life of an update."""

from enum import StrEnum

from campaigns.kit.states import Moves


class UpdateState(StrEnum):
    """Where an update is."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


MOVES: Moves[UpdateState] = {
    UpdateState.DRAFT: {UpdateState.IN_REVIEW, UpdateState.PUBLISHED},
    UpdateState.IN_REVIEW: {UpdateState.DRAFT, UpdateState.PUBLISHED},
    UpdateState.PUBLISHED: {UpdateState.WITHDRAWN},
}

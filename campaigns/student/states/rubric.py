"""What an application is scored by: criteria, each with five levels in words, so that two people mean the same.

Origin, religion, looks, gender and the quality of the language are no criteria, and no such data is collected.
"""

from enum import StrEnum
from typing import NamedTuple

LEVELS = 5
HEAVIEST = 5
THRESHOLD = 20


class Criterion(StrEnum):
    """One thing that is scored."""

    NEED = "need"
    PLACE = "place"
    PLAN = "plan"
    DIFFERENCE = "difference"
    COSTS = "costs"
    SAFETY = "safety"


class Anchors(NamedTuple):
    """How a criterion is asked, and what each level from 0 to 4 means."""

    title: str
    question: str
    levels: tuple[str, str, str, str, str]


RUBRIC: dict[Criterion, Anchors] = {
    Criterion.NEED: Anchors(
        "Need",
        "How far are the costs beyond what the family can pay?",
        (
            "They can pay, or somebody else already does",
            "They could pay most of it, with some effort",
            "They can pay about half",
            "They can pay a small part",
            "They can pay nothing without giving up food, rent or health",
        ),
    ),
    Criterion.PLACE: Anchors(
        "Place at the school",
        "How well is it verified that there is a place?",
        (
            "No sign of a place, or the school says no",
            "Only the student says so",
            "Somebody who knows the school says so",
            "A paper of the school shows it",
            "The school itself has confirmed it to us",
        ),
    ),
    Criterion.PLAN: Anchors(
        "Plan",
        "Does the student know what comes next, and why?",
        (
            "Nothing is said about it",
            "A wish without a next step",
            "A next step, without how to get there",
            "Clear steps for this year",
            "Clear steps, and what was already done for them",
        ),
    ),
    Criterion.DIFFERENCE: Anchors(
        "Difference",
        "What would be different with the money?",
        (
            "Nothing would change",
            "It would be a little easier",
            "The student would learn more or with less interruption",
            "The student could stay the term or sit the examination",
            "Without it the student leaves school now",
        ),
    ),
    Criterion.COSTS: Anchors(
        "Costs",
        "Are the costs clear and right?",
        (
            "They do not fit the school or the level",
            "Mostly guessed",
            "Plausible, nothing to compare them with",
            "Fit what this school asks of others",
            "Each is shown by a fee note or price",
        ),
    ),
    Criterion.SAFETY: Anchors(
        "Safety",
        "Can the student be supported in public without harm?",
        (
            "Support would bring the student into danger",
            "A serious worry that is not settled",
            "A worry that can be settled before anything is public",
            "No worry, little is known",
            "No worry, and an adult looks after it",
        ),
    ),
}
"""Criteria in the order in which they are asked."""

DEFAULT_WEIGHTS = {
    Criterion.NEED: 5,
    Criterion.PLACE: 4,
    Criterion.PLAN: 2,
    Criterion.DIFFERENCE: 5,
    Criterion.COSTS: 3,
    Criterion.SAFETY: 3,
}
"""The weights of a community that has not chosen its own."""


def weighted(levels: dict[Criterion, int], weights: dict[Criterion, int]) -> int:
    """The total of one sheet, 0–100, rounded half up in whole numbers; 0 where all weights are 0."""
    most = (LEVELS - 1) * sum(weights.values())
    reached = sum(weight * levels.get(criterion, 0) for criterion, weight in weights.items())
    return (200 * reached + most) // (2 * most) if most else 0

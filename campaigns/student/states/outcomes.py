"""What came of a student's support."""

from enum import StrEnum


class OutcomeKind(StrEnum):
    """What the student has reached, in so many words that tell nothing else."""

    COMPLETED_YEAR = "completed_year"
    GRADUATED = "graduated"
    EXAM_PASSED = "exam_passed"
    OTHER = "other"


REACHED = {
    OutcomeKind.COMPLETED_YEAR: "Completed the year",
    OutcomeKind.GRADUATED: "Graduated",
    OutcomeKind.EXAM_PASSED: "Passed the examination",
    OutcomeKind.OTHER: "Finished what was supported",
}
"""As everybody may read it."""

"""Why private data is opened outside the ordinary roles."""

from datetime import timedelta
from enum import StrEnum

GLASS_LASTS = timedelta(minutes=15)


class GlassReason(StrEnum):
    """Why somebody breaks the glass; a text says more."""

    CHILD_IN_DANGER = "child_in_danger"
    LEGAL_DUTY = "legal_duty"
    STUDENT_ASKED = "student_asked"
    SECURITY = "security"


GLASS_REASONS = {
    GlassReason.CHILD_IN_DANGER: "A child may be in danger",
    GlassReason.LEGAL_DUTY: "A court or authority asks, and the law says we must answer",
    GlassReason.STUDENT_ASKED: "The student or guardian asks for help that needs it",
    GlassReason.SECURITY: "A fault or misuse is being looked into",
}

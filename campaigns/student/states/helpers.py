"""Who enters an application for a student."""

from enum import StrEnum


class HelperRole(StrEnum):
    """What a helper is to the student."""

    TEACHER = "teacher"
    SCHOOL_STAFF = "school_staff"
    SOCIAL_WORKER = "social_worker"
    VOLUNTEER = "volunteer"
    RELATIVE = "relative"
    OTHER = "other"

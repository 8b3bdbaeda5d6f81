"""Papers behind an application."""

from enum import StrEnum


class DocumentKind(StrEnum):
    """What a paper shows."""

    FEE_NOTE = "fee_note"
    ENROLMENT = "enrolment"
    REPORT = "report"
    OTHER = "other"


class Source(StrEnum):
    """Who gave something."""

    STUDENT = "student"
    SCHOOL = "school"
    TEAM = "team"


class Promise(StrEnum):
    """How a paper that is not here yet will come."""

    LATER = "later"
    SCHOOL = "school"

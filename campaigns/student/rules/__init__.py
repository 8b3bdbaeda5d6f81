"""Every change to an application: the student's, the team's, and consent."""

from campaigns.student.rules.codes import grouped
from campaigns.student.rules.consent import (
    NoConsent,
    Standing,
    check,
    give,
    has_consent,
    require_consent,
    standings,
    withdraw,
)
from campaigns.student.rules.draft import (
    Line,
    NoSuchSchool,
    answer,
    leave,
    renew_code,
    resume,
    save,
    set_needs,
    start,
    submit,
)
from campaigns.student.rules.progress import groups, missing
from campaigns.student.rules.vetting import (
    AlreadyDecided,
    ask,
    decide,
    read_identity,
    support,
    take_into_review,
    verdict_of,
)

__all__ = [
    "AlreadyDecided",
    "Line",
    "NoConsent",
    "NoSuchSchool",
    "Standing",
    "answer",
    "ask",
    "check",
    "decide",
    "give",
    "grouped",
    "groups",
    "has_consent",
    "leave",
    "missing",
    "read_identity",
    "renew_code",
    "require_consent",
    "resume",
    "save",
    "set_needs",
    "standings",
    "start",
    "submit",
    "support",
    "take_into_review",
    "verdict_of",
    "withdraw",
]

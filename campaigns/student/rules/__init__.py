"""Every change to an application: the student's, the team's, and consent."""

from campaigns.student.rules import bulk
from campaigns.student.rules.closing import tell_of_closing_dates
from campaigns.student.rules.consent import (
    NoConsent,
    check,
    give,
    has_consent,
    require_consent,
    standings,
    withdraw,
)
from campaigns.student.rules.documents import PaperRefused, attach, read_paper
from campaigns.student.rules.draft import (
    Line,
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
from campaigns.student.rules.remind import remind_of_applications
from campaigns.student.rules.standing import Next, next_step
from campaigns.student.rules.vetting import (
    ask,
    decide,
    read_identity,
    support,
    take_into_review,
)

__all__ = [
    "Line",
    "Next",
    "NoConsent",
    "PaperRefused",
    "answer",
    "ask",
    "attach",
    "bulk",
    "check",
    "decide",
    "give",
    "groups",
    "has_consent",
    "leave",
    "missing",
    "next_step",
    "read_identity",
    "read_paper",
    "remind_of_applications",
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
    "tell_of_closing_dates",
    "withdraw",
]

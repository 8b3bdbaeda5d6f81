"""Every change to an application: the student's, the team's, and consent."""

from campaigns.student.rules.consent import (
    NoConsent,
    check,
    give,
    has_consent,
    renew,
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
from campaigns.student.rules.majority import ask_to_agree_anew, come_of_age, why_anew
from campaigns.student.rules.progress import groups, missing
from campaigns.student.rules.traces import traces
from campaigns.student.rules.vetting import (
    ask,
    decide,
    read_identity,
    support,
    take_into_review,
)

__all__ = [
    "Line",
    "NoConsent",
    "PaperRefused",
    "answer",
    "ask",
    "ask_to_agree_anew",
    "attach",
    "check",
    "come_of_age",
    "decide",
    "give",
    "groups",
    "has_consent",
    "leave",
    "missing",
    "read_identity",
    "read_paper",
    "renew",
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
    "traces",
    "why_anew",
    "withdraw",
]

"""Every change to an application: the student's, the team's, and consent."""

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
    save,
    set_needs,
    start,
    submit,
)
from campaigns.student.rules.helper import Helper, hand_over, help_with
from campaigns.student.rules.papers import give_paper, promise, take_away
from campaigns.student.rules.progress import groups, missing
from campaigns.student.rules.secret import Opened, WrongCode, choose, forgot, issue_reset, renew_code, reset, resume
from campaigns.student.rules.vetting import (
    ask,
    decide,
    read_identity,
    support,
    take_into_review,
)

__all__ = [
    "Helper",
    "Line",
    "NoConsent",
    "Opened",
    "PaperRefused",
    "WrongCode",
    "answer",
    "ask",
    "attach",
    "check",
    "choose",
    "decide",
    "forgot",
    "give",
    "give_paper",
    "groups",
    "hand_over",
    "has_consent",
    "help_with",
    "issue_reset",
    "leave",
    "missing",
    "promise",
    "read_identity",
    "read_paper",
    "renew_code",
    "require_consent",
    "reset",
    "resume",
    "save",
    "set_needs",
    "standings",
    "start",
    "submit",
    "support",
    "take_away",
    "take_into_review",
    "withdraw",
]

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
    renew_code,
    resume,
    save,
    set_needs,
    start,
    submit,
)
from campaigns.student.rules.progress import groups, missing
from campaigns.student.rules.showing import approve_work, found_in, give_back_work
from campaigns.student.rules.vetting import (
    ask,
    decide,
    read_identity,
    support,
    take_into_review,
)
from campaigns.student.rules.works import Made, add_work, choose_name, edit_work, send_work, withdraw_work

__all__ = [
    "Line",
    "Made",
    "NoConsent",
    "PaperRefused",
    "add_work",
    "answer",
    "approve_work",
    "ask",
    "attach",
    "check",
    "choose_name",
    "decide",
    "edit_work",
    "found_in",
    "give",
    "give_back_work",
    "groups",
    "has_consent",
    "leave",
    "missing",
    "read_identity",
    "read_paper",
    "renew_code",
    "require_consent",
    "resume",
    "save",
    "send_work",
    "set_needs",
    "standings",
    "start",
    "submit",
    "support",
    "take_into_review",
    "withdraw",
    "withdraw_work",
]

"""Applications and what stands behind them.

`Application` holds what may be shown to those who vet and, as alias and region, to the public.
Who the student is stands in `Identity`, sealed, in a table that no public query joins.
"""

from campaigns.student.models.answers import NeedConfirmation, SchoolConfirmation, Vouching
from campaigns.student.models.application import Application
from campaigns.student.models.before_panel import APPEAL_WITHIN, NEEDED
from campaigns.student.models.bulk import ImportedRow, ImportRun
from campaigns.student.models.conflict import Conflict, Interest, Party
from campaigns.student.models.consent import Consent, ConsentReminder
from campaigns.student.models.document import Document, PaperPromise
from campaigns.student.models.identity import Identity
from campaigns.student.models.need import Need, NeedChange, NeedVerification
from campaigns.student.models.outcome import Outcome
from campaigns.student.models.panel import Assignment, Rubric, RubricWeight, ScoreLine, ScoreSheet
from campaigns.student.models.person import OfPerson, Personal, PersonKey
from campaigns.student.models.places import Places
from campaigns.student.models.request import ConfirmationRequest, RequestSending
from campaigns.student.models.school_account import SchoolAccount
from campaigns.student.models.vetting import Appeal, Decision, Question, Submission
from campaigns.student.models.work import ShowcaseName, Work

__all__ = [
    "APPEAL_WITHIN",
    "NEEDED",
    "Appeal",
    "Application",
    "Assignment",
    "ConfirmationRequest",
    "Conflict",
    "Consent",
    "ConsentReminder",
    "Decision",
    "Document",
    "Identity",
    "ImportRun",
    "ImportedRow",
    "Interest",
    "Need",
    "NeedChange",
    "NeedConfirmation",
    "NeedVerification",
    "OfPerson",
    "Outcome",
    "PaperPromise",
    "Party",
    "PersonKey",
    "Personal",
    "Places",
    "Question",
    "RequestSending",
    "Rubric",
    "RubricWeight",
    "SchoolAccount",
    "SchoolConfirmation",
    "ScoreLine",
    "ScoreSheet",
    "ShowcaseName",
    "Submission",
    "Vouching",
    "Work",
]

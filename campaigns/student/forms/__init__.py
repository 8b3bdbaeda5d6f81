"""The forms of the student's steps, and of those who vet. No step asks more than one group of questions."""

from campaigns.student.forms.base import COUNTRIES, ConfirmForm, StepForm
from campaigns.student.forms.consent import CheckForm, ConsentForm, WithdrawForm
from campaigns.student.forms.entrance import EligibilityForm, ResumeForm
from campaigns.student.forms.needs import KINDS, NeedsForm
from campaigns.student.forms.person import AboutForm, AnswerForm, AppearanceForm, GuardianForm, PlaceForm, StoryForm
from campaigns.student.forms.school import SchoolForm, UnlistedSchoolForm
from campaigns.student.forms.vetting import DecisionForm, QuestionForm
from campaigns.student.forms.work import NameForm, ReturnWorkForm, ReviewWorkForm, WorkForm

__all__ = [
    "COUNTRIES",
    "KINDS",
    "AboutForm",
    "AnswerForm",
    "AppearanceForm",
    "CheckForm",
    "ConfirmForm",
    "ConsentForm",
    "DecisionForm",
    "EligibilityForm",
    "GuardianForm",
    "NameForm",
    "NeedsForm",
    "PlaceForm",
    "QuestionForm",
    "ResumeForm",
    "ReturnWorkForm",
    "ReviewWorkForm",
    "SchoolForm",
    "StepForm",
    "StoryForm",
    "UnlistedSchoolForm",
    "WithdrawForm",
    "WorkForm",
]

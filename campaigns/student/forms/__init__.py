"""The forms of the student's steps, and of those who vet. No step asks more than one group of questions."""

from campaigns.student.forms.base import COUNTRIES, ConfirmForm, StepForm
from campaigns.student.forms.consent import CheckForm, ConsentForm, WithdrawForm
from campaigns.student.forms.costs import ChangeForm, VerifyForm, as_it_is
from campaigns.student.forms.entrance import EligibilityForm, ResumeForm
from campaigns.student.forms.needs import KINDS, NeedsForm
from campaigns.student.forms.person import AboutForm, AnswerForm, AppearanceForm, GuardianForm, PlaceForm, StoryForm
from campaigns.student.forms.school import SchoolForm, UnlistedSchoolForm
from campaigns.student.forms.vetting import DecisionForm, QuestionForm

__all__ = [
    "COUNTRIES",
    "KINDS",
    "AboutForm",
    "AnswerForm",
    "AppearanceForm",
    "ChangeForm",
    "CheckForm",
    "ConfirmForm",
    "ConsentForm",
    "DecisionForm",
    "EligibilityForm",
    "GuardianForm",
    "NeedsForm",
    "PlaceForm",
    "QuestionForm",
    "ResumeForm",
    "SchoolForm",
    "StepForm",
    "StoryForm",
    "UnlistedSchoolForm",
    "VerifyForm",
    "WithdrawForm",
    "as_it_is",
]

"""The forms of the student's steps, and of those who vet. No step asks more than one group of questions."""

from campaigns.student.forms.base import COUNTRIES, ConfirmForm, SendForm, StepForm
from campaigns.student.forms.consent import CheckForm, ConsentForm, WithdrawForm
from campaigns.student.forms.entrance import ROLES, EligibilityForm, ForgotForm, HelperForm, ResumeForm, SecretForm
from campaigns.student.forms.needs import KINDS, NeedsForm
from campaigns.student.forms.papers import PAPERS, PROMISES, PapersForm
from campaigns.student.forms.person import AboutForm, AnswerForm, AppearanceForm, GuardianForm, PlaceForm, StoryForm
from campaigns.student.forms.printed import on_paper
from campaigns.student.forms.school import SchoolForm, UnlistedSchoolForm
from campaigns.student.forms.vetting import DecisionForm, QuestionForm

__all__ = [
    "COUNTRIES",
    "KINDS",
    "PAPERS",
    "PROMISES",
    "ROLES",
    "AboutForm",
    "AnswerForm",
    "AppearanceForm",
    "CheckForm",
    "ConfirmForm",
    "ConsentForm",
    "DecisionForm",
    "EligibilityForm",
    "ForgotForm",
    "GuardianForm",
    "HelperForm",
    "NeedsForm",
    "PapersForm",
    "PlaceForm",
    "QuestionForm",
    "ResumeForm",
    "SchoolForm",
    "SecretForm",
    "SendForm",
    "StepForm",
    "StoryForm",
    "UnlistedSchoolForm",
    "WithdrawForm",
    "on_paper",
]

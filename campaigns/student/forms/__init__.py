"""The forms of the student's steps, and of those who vet. No step asks more than one group of questions."""

from campaigns.student.forms.appeal import AppealForm
from campaigns.student.forms.base import COUNTRIES, ConfirmForm, StepForm
from campaigns.student.forms.bulk import ImportForm
from campaigns.student.forms.choosing import InterestForm, PlacesForm, RubricForm
from campaigns.student.forms.consent import CheckForm, ConsentForm, WithdrawForm
from campaigns.student.forms.entrance import EligibilityForm, ResumeForm
from campaigns.student.forms.needs import KINDS, NeedsForm
from campaigns.student.forms.person import AboutForm, AnswerForm, AppearanceForm, GuardianForm, PlaceForm, StoryForm
from campaigns.student.forms.school import SchoolForm, UnlistedSchoolForm
from campaigns.student.forms.vetting import DecisionForm, DeclareForm, OverruleForm, QuestionForm, ScoreForm

__all__ = [
    "COUNTRIES",
    "KINDS",
    "AboutForm",
    "AnswerForm",
    "AppealForm",
    "AppearanceForm",
    "CheckForm",
    "ConfirmForm",
    "ConsentForm",
    "DecisionForm",
    "DeclareForm",
    "EligibilityForm",
    "GuardianForm",
    "ImportForm",
    "InterestForm",
    "NeedsForm",
    "OverruleForm",
    "PlaceForm",
    "PlacesForm",
    "QuestionForm",
    "ResumeForm",
    "RubricForm",
    "SchoolForm",
    "ScoreForm",
    "StepForm",
    "StoryForm",
    "UnlistedSchoolForm",
    "WithdrawForm",
]

"""The forms of the student's steps, and of those who vet. No step asks more than one group of questions."""

from campaigns.student.forms.appeal import AppealForm
from campaigns.student.forms.base import COUNTRIES, ConfirmForm, SendForm, StepForm
from campaigns.student.forms.bulk import ImportForm
from campaigns.student.forms.choosing import InterestForm, PlacesForm, RubricForm
from campaigns.student.forms.consent import CheckForm, ConsentForm, WithdrawForm
from campaigns.student.forms.costs import ChangeForm, VerifyForm, as_it_is
from campaigns.student.forms.entrance import ROLES, EligibilityForm, ForgotForm, HelperForm, ResumeForm, SecretForm
from campaigns.student.forms.needs import KINDS, NeedsForm
from campaigns.student.forms.papers import PAPERS, PROMISES, PapersForm
from campaigns.student.forms.person import AboutForm, AnswerForm, AppearanceForm, GuardianForm, PlaceForm, StoryForm
from campaigns.student.forms.printed import on_paper
from campaigns.student.forms.school import SchoolForm, StopAccountForm, UnlistedSchoolForm
from campaigns.student.forms.vetting import DecisionForm, DeclareForm, OverruleForm, QuestionForm, ScoreForm
from campaigns.student.forms.work import NameForm, ReturnWorkForm, ReviewWorkForm, WorkForm

__all__ = [
    "COUNTRIES",
    "KINDS",
    "PAPERS",
    "PROMISES",
    "ROLES",
    "AboutForm",
    "AnswerForm",
    "AppealForm",
    "AppearanceForm",
    "ChangeForm",
    "CheckForm",
    "ConfirmForm",
    "ConsentForm",
    "DecisionForm",
    "DeclareForm",
    "EligibilityForm",
    "ForgotForm",
    "GuardianForm",
    "HelperForm",
    "ImportForm",
    "InterestForm",
    "NameForm",
    "NeedsForm",
    "OverruleForm",
    "PapersForm",
    "PlaceForm",
    "PlacesForm",
    "QuestionForm",
    "ResumeForm",
    "ReturnWorkForm",
    "ReviewWorkForm",
    "RubricForm",
    "SchoolForm",
    "ScoreForm",
    "SecretForm",
    "SendForm",
    "StepForm",
    "StopAccountForm",
    "StoryForm",
    "UnlistedSchoolForm",
    "VerifyForm",
    "WithdrawForm",
    "WorkForm",
    "as_it_is",
    "on_paper",
]

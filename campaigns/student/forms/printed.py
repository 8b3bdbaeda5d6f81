"""The questions of every step for the form on paper, taken from the forms themselves, so that the two cannot differ."""

from typing import NamedTuple

from wtforms import Field, RadioField, SelectField, TextAreaField

from campaigns.kit.forms import Form
from campaigns.student.forms.entrance import EligibilityForm
from campaigns.student.forms.needs import LineForm
from campaigns.student.forms.papers import PapersForm
from campaigns.student.forms.person import AboutForm, AppearanceForm, GuardianForm, PlaceForm, StoryForm
from campaigns.student.forms.requests import AskRefereeForm
from campaigns.student.forms.school import UnlistedSchoolForm
from campaigns.student.states import Group

STEPS: dict[Group, tuple[type[Form], tuple[str, ...]]] = {
    Group.ABOUT: (AboutForm, ("legal_name", "birth", "contact", "email")),
    Group.GUARDIAN: (GuardianForm, ("guardian_name", "guardian_relation", "guardian_contact")),
    Group.SCHOOL: (UnlistedSchoolForm, ("school_name", "school_country", "level")),
    Group.PLACE: (PlaceForm, ("country", "region")),
    Group.NEEDS: (LineForm, ("kind", "label", "amount", "term")),
    Group.PEOPLE: (AskRefereeForm, ("name", "relation", "email")),
    Group.DOCUMENTS: (PapersForm, ("fee_note", "enrolment", "report")),
    Group.STORY: (StoryForm, ("story",)),
    Group.APPEARANCE: (AppearanceForm, ("pick",)),
}
"""What is asked on paper; consent stands there in its own words, and an answer is given to who asked."""

LONG_LIST = 12


class Question(NamedTuple):
    """One question on paper: what may be ticked, or else how many lines there are to write on."""

    label: str
    hint: str
    options: list[str]
    lines: int


def on_paper() -> dict[str, list[Question]]:
    """The questions of each part, by its name; `eligibility` is the first."""
    first = EligibilityForm(formdata=None, meta={"csrf": False})
    parts = {"eligibility": [_question(first[name]) for name in ("enrolled", "cannot_pay", "confirmed")]}
    for group, (form, names) in STEPS.items():
        blank = form(formdata=None, meta={"csrf": False})
        parts[group.value] = [_birth(blank) if name == "birth" else _question(blank[name]) for name in names]
    return parts


def _birth(form: Form) -> Question:
    parts = ", ".join(form[name].label.text.lower() for name in ("day", "month", "year"))
    return Question(AboutForm.BORN, f"({parts})", [], 1)


def _question(field: Field) -> Question:
    options = []
    if isinstance(field, RadioField | SelectField):
        options = [str(option.label.text) for option in field if option.data != ""]
    short = options if len(options) <= LONG_LIST else []
    return Question(field.label.text, field.description, short, 12 if isinstance(field, TextAreaField) else 1)

"""Where the student learns."""

from typing import Any

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from campaigns.kit.forms import Form
from campaigns.student.forms.base import StepForm, country_field

LEVEL = "Level and year"
LEVEL_MISSING = "Say what you are studying, such as Secondary, year 3."


def _row_number(value: Any) -> int:
    number = int(value)
    if not 0 < number < 2**63:
        raise ValueError("no row has this number")
    return number


class SchoolForm(StepForm):
    """A school of the list, and what is studied there."""

    school_id = RadioField(
        "Your school", [InputRequired("Choose your school.")], coerce=_row_number, choices=[], validate_choice=False
    )
    level = StringField(LEVEL, [DataRequired(LEVEL_MISSING), Length(max=80)])


class UnlistedSchoolForm(StepForm):
    """A school that is not in the list."""

    school_name = StringField("Name of the school", [DataRequired("Enter the name of your school."), Length(max=200)])
    school_country = country_field("Country of the school", "Choose the country of your school.")
    level = StringField(LEVEL, [DataRequired(LEVEL_MISSING), Length(max=80)])


class StopAccountForm(Form):
    """Why nothing may be paid to a school's account."""

    reason = TextAreaField(
        "What is wrong with it",
        [DataRequired("Say why, for those who confirmed it."), Length(max=300)],
        render_kw={"rows": 3},
    )

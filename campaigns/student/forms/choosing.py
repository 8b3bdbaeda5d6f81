"""How a community chooses: weights, places, and what vetters tell of themselves."""

from typing import Any

from wtforms import IntegerField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from campaigns.kit.forms import Form, MoneyField
from campaigns.student.forms.base import COUNTRY_CHOICES
from campaigns.student.states import RUBRIC, Criterion
from campaigns.student.states.rubric import HEAVIEST

MOST_PLACES = 100_000


class RubricForm(Form):
    """How much each criterion counts, made from the rubric below, and when a third vetter is called."""

    threshold = IntegerField(
        "Call a third vetter when two totals differ by more than",
        [InputRequired("Enter a number of points."), NumberRange(0, 100, "Enter a number from 0 to 100.")],
    )

    @property
    def weights(self) -> dict[Criterion, int]:
        """How much each criterion counts."""
        return {criterion: self[criterion.value].data for criterion in Criterion}


def _weight(criterion: Criterion) -> Any:
    choices = [SelectChoice(at, str(at)) for at in range(HEAVIEST + 1)]
    return SelectField(RUBRIC[criterion].title, coerce=int, choices=choices)


for _criterion in RUBRIC:
    setattr(RubricForm, _criterion.value, _weight(_criterion))


class PlacesForm(Form):
    """How many students can be supported at the same time, and for how much."""

    count = IntegerField(
        "Places", [Optional(), NumberRange(0, MOST_PLACES, "Enter a number, or leave it empty not to count.")]
    )
    budget = MoneyField("Money", [Optional()])


class InterestForm(Form):
    """Whatever a vetter fills in of it is kept."""

    school_id = RadioField("Schools found", [Optional()], coerce=int, choices=[])
    domain = StringField(
        "A mail domain of people close to you",
        [Optional(), Length(max=253), Regexp(r"@?[\w-]+(\.[\w-]+)+", message="Enter a domain, such as school.ac.ke.")],
    )
    contact = StringField("A telephone number or address of your household", [Optional(), Length(max=200)])
    country = SelectField("Country in which your family lives", [Optional()], choices=COUNTRY_CHOICES)
    region = StringField("Region", [Optional(), Length(max=80)])

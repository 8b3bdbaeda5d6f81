"""Who the student is, where they live, how they appear, and what they say."""

from datetime import date
from typing import Any

from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from campaigns.kit import clock
from campaigns.kit.errors import Refused
from campaigns.student.forms.base import StepForm, country_field
from campaigns.student.forms.entrance import an_address

OLDEST, YOUNGEST = 100, 3
RELATIONS = ("mother", "father", "grandparent", "aunt or uncle", "older sister or brother", "legal guardian", "other")


class AboutForm(StepForm):
    """Who the student is."""

    BORN = "Your date of birth"

    legal_name = StringField(
        "Your full name", [DataRequired("Enter your name as the school writes it."), Length(max=120)]
    )
    day = StringField("Day", [Optional(), Regexp(r"\d{1,2}", message="Enter the day in figures.")])
    month = StringField("Month", [Optional(), Regexp(r"\d{1,2}", message="Enter the month in figures.")])
    year = StringField("Year", [Optional(), Regexp(r"\d{4}", message="Enter the year with four figures.")])
    contact = StringField("Phone number", [Optional(), Length(max=120)])
    email = StringField("E-mail address", [Optional(), Length(max=254), an_address])

    birth_date: date | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        """The three parts make a date on which somebody who goes to school can have been born."""
        fine = super().validate(extra_validators)
        if not (self.day.errors or self.month.errors or self.year.errors):
            try:
                self.birth_date = self._read_birth_date()
            except ValueError as problem:
                self.day.errors = [str(problem)]
        return fine and not self.day.errors

    def _read_birth_date(self) -> date:
        if not (self.day.data and self.month.data and self.year.data):
            raise ValueError("Enter the day, month and year of your birth.")
        try:
            born = date(int(self.year.data), int(self.month.data), int(self.day.data))
        except ValueError:
            raise ValueError("There is no such day; look at day and month again.") from None
        if not clock.today().year - OLDEST <= born.year <= clock.today().year - YOUNGEST:
            raise ValueError("Look at the year of your birth again.")
        return born

    @property
    def right(self) -> dict[str, Any]:
        """Name, date, number and address, those that are right."""
        kept = {name: value for name, value in super().right.items() if name in {"legal_name", "contact", "email"}}
        return kept | ({"birth_date": self.birth_date} if self.birth_date else {})


class GuardianForm(StepForm):
    """Who cares for a minor."""

    guardian_name = StringField("Their full name", [DataRequired("Enter your guardian's name."), Length(max=120)])
    guardian_relation = SelectField(
        "Who they are to you",
        [InputRequired("Say who they are to you.")],
        choices=[SelectChoice("", "Choose"), *(SelectChoice(each, each.capitalize()) for each in RELATIONS)],
    )
    guardian_contact = StringField("Their phone number or e-mail address", [Optional(), Length(max=120)])


class PlaceForm(StepForm):
    """Where the student lives, no closer than the region."""

    country = country_field("Country", "Choose the country you live in.")
    region = StringField("Region", [DataRequired("Enter your region, county or province."), Length(max=80)])


class StoryForm(StepForm):
    """The student's own words."""

    story = TextAreaField(
        "Your story", [DataRequired("Write a few sentences."), Length(max=5000, message="Keep it under 5,000 letters.")]
    )


class AppearanceForm(StepForm):
    """The name under which the student appears: a suggested one, or another."""

    pick = RadioField("Choose an alias", choices=[], validate_choice=False)
    own = StringField(
        "Or write another one",
        [
            Optional(),
            Length(min=3, max=40, message="Use between 3 and 40 letters."),
            Regexp(r"[^\W\d_]+([ '’-][^\W\d_]+)*\Z", message="Use letters only, in one or several words."),
        ],
    )

    @property
    def right(self) -> dict[str, Any]:
        """The alias: what was written wins over what was picked."""
        alias = "" if self.own.errors else (self.own.data or self.pick.data or "")
        return {"alias": alias[:60]} if alias else {}

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal of the alias where it came from."""
        field = self.own if self.own.data else self.pick
        super().refuse(Refused(str(refusal), field=field.name if refusal.field == "alias" else refusal.field))


class AnswerForm(StepForm):
    """An answer to what a vetter asked."""

    answer = TextAreaField("Your answer", [DataRequired("Write your answer."), Length(max=5000)])

"""What several forms are made of."""

from typing import Any

from babel import Locale
from wtforms import BooleanField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from campaigns.kit.forms import Form
from campaigns.student.states import Purpose

# CLDR lists unions, islands of a neighbour and test codes among its territories.
NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
COUNTRIES = sorted(
    (name, code)
    for code, name in Locale("en").territories.items()
    if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
)
COUNTRY_CHOICES = [SelectChoice("", "Choose a country"), *(SelectChoice(code, name) for name, code in COUNTRIES)]
PURPOSES = [SelectChoice(purpose.value, purpose.value) for purpose in Purpose]


def country_field(label: str, message: str) -> SelectField:
    """A list of all countries; choosing none of them is answered with the message."""
    return SelectField(label, [InputRequired(message)], choices=COUNTRY_CHOICES)


class StepForm(Form):
    """A step that keeps what is right even where something else is wrong."""

    @property
    def right(self) -> dict[str, Any]:
        """What can be kept, by the names of the columns; an empty box empties the column."""
        return {field.name: field.data or None for field in self if not field.errors and field.name != "csrf_token"}


class Ticks(SelectMultipleField):
    """Several boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ConfirmForm(Form):
    """A button only."""


class SendForm(Form):
    """Sending an application."""

    right = BooleanField("I have read everything that was entered for me, and it is right")
    clear = BooleanField("Sign out and clear after sending, because others use this phone or computer")

    def for_helped(self, helped: bool) -> "SendForm":
        """Ask whether it is right only where somebody else has typed it."""
        if not helped:
            del self.right
        return self

    @property
    def confirmed(self) -> bool:
        """Whether the student said that it is right."""
        return "right" in self._fields and bool(self.right.data)

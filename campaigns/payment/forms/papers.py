"""Whose papers, and of which time."""

from datetime import date

from wtforms import (
    DateField,
    EmailField,
)
from wtforms.validators import DataRequired, Length, ValidationError

from campaigns.kit.forms import Form


class AddressForm(Form):
    """Whose year."""

    email = EmailField("E-mail address", [DataRequired("Enter your e-mail address."), Length(max=254)])


class PeriodForm(Form):
    """From when until when, both included."""

    since = DateField("From", [DataRequired("Enter the first day.")])
    until = DateField("Until", [DataRequired("Enter the last day.")])

    def validate_until(self, field: DateField) -> None:
        """The last day is not before the first."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError("The last day cannot be before the first.")

    @property
    def period(self) -> tuple[date, date]:
        """What was chosen, once it is valid."""
        return self.since.data, self.until.data

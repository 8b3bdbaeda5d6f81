"""What a sponsor changes of what is not paid yet."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from wtforms import DateField, FieldList, FormField, IntegerField
from wtforms.validators import DataRequired
from wtforms.widgets import HiddenInput

from campaigns.kit import clock
from campaigns.kit.forms import Form, MoneyField
from campaigns.pledge.models import Instalment
from campaigns.pledge.rules import Wanted
from campaigns.pledge.rules.pause import LONGEST


class RowForm(Form):
    """One amount that is not paid yet."""

    class Meta(Form.Meta):
        """Its token is the one of the form around it."""

        csrf = False

    number = IntegerField(validators=[DataRequired("Reload the page.")], widget=HiddenInput())
    due_on = DateField("To be paid by", [DataRequired("Choose the day.")])
    amount = MoneyField("Amount", [DataRequired("Enter the amount.")])


class AmendForm(Form):
    """How much, and by when, of everything that is not paid yet."""

    parts = FieldList(FormField(RowForm), max_entries=50)

    def __init__(self, unpaid: Sequence[Instalment], *, days: bool, **kwargs: Any) -> None:
        rows = [{"number": each.number, "due_on": each.due_on, "amount": each.money} for each in unpaid]
        super().__init__(data={"parts": rows}, **kwargs)
        for row in self.rows:
            row.amount.for_currency(unpaid[0].currency)
            if not days:
                del row.due_on

    @property
    def rows(self) -> list[RowForm]:
        """The rows, as they stand in the form."""
        return [entry.form for entry in self.parts]

    @property
    def wanted(self) -> dict[int, Wanted]:
        """What was filled in, by the instalments' numbers, once it is valid."""
        return {
            int(row.number.data or 0): Wanted(row.amount.data, row.due_on.data if row.due_on else None)
            for row in self.rows
        }


class PauseForm(Form):
    """Until when nothing shall be due."""

    until = DateField("Pause until", [DataRequired("Choose the day on which it goes on.")])

    def offer_days(self) -> "PauseForm":
        """Let the browser offer only days that can be chosen."""
        first, last = clock.today() + timedelta(days=1), clock.today() + LONGEST
        self.until.render_kw = {"min": first.isoformat(), "max": last.isoformat()}
        return self

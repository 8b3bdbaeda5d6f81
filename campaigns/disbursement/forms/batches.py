"""What is filled in to order transfers at the bank by a file."""

from collections.abc import Sequence

from wtforms import BooleanField, DateField, SelectChoice, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from campaigns.disbursement.models import Disbursement
from campaigns.kit import clock
from campaigns.kit.forms import Form, OnceForm


class BatchForm(OnceForm):
    """Which payments, and on which day."""

    payments = SelectMultipleField(
        "Payments", choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    execute_on = DateField("Day on which the bank pays", [InputRequired("Enter the day.")], default=clock.today)


def batch_form(waiting: Sequence[Disbursement]) -> BatchForm:
    """A form over what waits, all of it chosen."""
    form = BatchForm(data={"payments": [each.ref for each in waiting], "execute_on": clock.today()})
    form.payments.choices = [
        SelectChoice(each.ref, f"{each.money} to {each.school.name}, {each.campaign.title}") for each in waiting
    ]
    return form


class DownloadForm(Form):
    """Taking the file, once more only knowingly."""

    again = BooleanField("I know that this is the same file, not a new order")


class VoidForm(Form):
    """Why a file is void."""

    reason = TextAreaField(
        "Why it was not given to the bank", [DataRequired("Say why."), Length(max=300)], render_kw={"rows": 3}
    )

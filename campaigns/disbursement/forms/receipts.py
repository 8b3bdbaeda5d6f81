"""What a school fills in about a payment, and what a treasurer says of it."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import DateField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from campaigns.disbursement.rules import Received
from campaigns.kit.forms import Form, MoneyField
from campaigns.student.rules.enrolled import Enrolled

STUDENT = "enrolled_"


class ReceivedForm(Form):
    """What arrived, and for each student whether they are enrolled; made by `received_form`."""

    amount = MoneyField("Amount that arrived", [InputRequired("Enter the amount that arrived.")])
    received_on = DateField("Date on which it arrived", [InputRequired("Enter the date.")])
    number = StringField("Number of your receipt", [DataRequired("Enter the number of your receipt."), Length(max=80)])
    remark = TextAreaField("Remark", [Optional(), Length(max=300)], render_kw={"rows": 2})
    scan = FileField("Your receipt, if you like", description="PDF, JPEG, PNG or WebP, up to 10 MB.")
    name = StringField("Your name", [DataRequired("Enter your name."), Length(max=120)])
    position = StringField("Your position at the school", [DataRequired("Enter your position."), Length(max=120)])

    @property
    def students(self) -> list[RadioField]:
        """The question for each student."""
        return [field for field in self if field.name.startswith(STUDENT)]

    @property
    def said(self) -> Received:
        """What was filled in."""
        enrolled = {int(field.name.removeprefix(STUDENT)): field.data == "yes" for field in self.students}
        scan = self.scan.data.read() if self.scan.data else None
        texts = {name: self[name].data or "" for name in ("number", "name", "position", "remark")}
        return Received(self.amount.data.amount, self.received_on.data, enrolled=enrolled, scan=scan, **texts)


def received_form(students: Sequence[Enrolled], currency: str) -> ReceivedForm:
    """A form in the payment's currency that asks after these students."""
    yes_no = [SelectChoice("yes", "Yes"), SelectChoice("no", "No")]
    fields: dict[str, Any] = {
        f"{STUDENT}{each.application_id}": RadioField(
            f"Is {each.name} enrolled?", [InputRequired("Choose yes or no.")], choices=yes_no
        )
        for each in students
    }
    form: ReceivedForm = type("StudentsForm", (ReceivedForm,), fields)()
    form.amount.for_currency(currency)
    return form


class AcceptForm(Form):
    """Why what the school said is taken for its receipt although it differs."""

    note = TextAreaField(
        "Why it is right all the same",
        [DataRequired("Say why, for those who look at it later."), Length(max=300)],
        render_kw={"rows": 3},
    )

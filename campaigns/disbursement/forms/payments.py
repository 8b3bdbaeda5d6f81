"""What is filled in to pay a school."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from campaigns.disbursement.rules import OpenLine
from campaigns.kit import clock
from campaigns.kit.forms import Form, MoneyField, OnceForm
from campaigns.kit.money import Money

LINE = "line_"


class ProposeForm(OnceForm):
    """An amount for each of a school's budget lines; made by `propose_form`."""

    note = StringField("Note for the team", [Optional(), Length(max=300)])

    def line(self, line_id: int) -> MoneyField:
        """The field for one budget line."""
        field: MoneyField = self[f"{LINE}{line_id}"]
        return field

    def amounts(self) -> dict[int, Money]:
        """What was typed, by budget line id; lines left empty are not in it."""
        given = {name.removeprefix(LINE): value for name, value in self.data.items() if name.startswith(LINE)}
        return {int(line_id): amount for line_id, amount in given.items() if amount}


def propose_form(lines: Sequence[OpenLine]) -> ProposeForm:
    """A form with a field, in the line's currency, for each line that is not paid in full."""
    fields: dict[str, Any] = {
        f"{LINE}{line.id}": MoneyField(f"{line.label}, {line.term}", [Optional()], description=f"Up to {left}")
        for line, left in lines
        if left
    }
    form: ProposeForm = type("LinesForm", (ProposeForm,), fields)()
    for line, left in lines:
        if left:
            form.line(line.id).for_currency(line.currency)
    return form


class ReleaseForm(Form):
    """What the bank says of the transfer."""

    bank_reference = StringField(
        "Bank reference",
        [DataRequired("Copy the reference that the bank gave the transfer."), Length(max=80)],
        description="As it stands in the bank's confirmation, so that the statement can be matched.",
    )
    paid_on = DateField("Date of the transfer", [InputRequired("Enter the date of the transfer.")], default=clock.today)


class ProofForm(Form):
    """The school's receipt."""

    file = FileField(
        "The school's receipt",
        [FileRequired("Choose the receipt: a PDF, or a photograph of it.")],
        description="PDF, JPEG, PNG or WebP, up to 10 MB. Only your team can open it; the public sees a fingerprint.",
    )
    school_receipt = StringField(
        "Number on the receipt", [DataRequired("Enter the number that the school gave its receipt."), Length(max=80)]
    )
    receipt_on = DateField(
        "Date on the receipt", [InputRequired("Enter the date on the receipt.")], default=clock.today
    )


class CancelForm(Form):
    """Why a proposal is taken back."""

    reason = TextAreaField(
        "Reason", [DataRequired("Say why, for those who proposed it."), Length(max=300)], render_kw={"rows": 3}
    )

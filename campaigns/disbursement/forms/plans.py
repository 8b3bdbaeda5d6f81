"""What is filled in to plan payments, and when some of them come back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import DateField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from campaigns.disbursement.models import DisbursementPart
from campaigns.disbursement.rules import CameBack, OpenLine, Step
from campaigns.disbursement.states import ReturnedBy
from campaigns.kit import clock
from campaigns.kit.forms import Form, MoneyField, OnceForm
from campaigns.kit.money import Money


class PlanForm(Form):
    """A name, a day and an amount for each line, for each step; made by `plan_form`."""

    count = 0
    line_ids: Sequence[int] = ()

    def step(self, number: int) -> dict[str, Any]:
        """The fields of one step: its name, its day, its amounts."""
        amounts = [self[f"line_{number}_{line_id}"] for line_id in self.line_ids]
        return {"name": self[f"name_{number}"], "due": self[f"due_{number}"], "amounts": amounts}

    def steps(self) -> list[Step]:
        """What was typed; boxes left empty pay nothing."""
        return [self._read(number) for number in range(1, self.count + 1)]

    def _read(self, number: int) -> Step:
        typed = {line_id: self.data[f"line_{number}_{line_id}"] for line_id in self.line_ids}
        amounts = {line_id: amount for line_id, amount in typed.items() if amount}
        return Step(self.data[f"name_{number}"], self.data[f"due_{number}"], amounts)


def plan_form(lines: Sequence[OpenLine], steps: Sequence[Step]) -> PlanForm:
    """A form for these steps over these lines, filled in with them."""
    fields: dict[str, Any] = {"count": len(steps), "line_ids": [found.line.id for found in lines]}
    for number, step in enumerate(steps, start=1):
        fields |= _fields(number, step, lines)
    form: PlanForm = type("StepsForm", (PlanForm,), fields)()
    for number in range(1, len(steps) + 1):
        for found in lines:
            form[f"line_{number}_{found.line.id}"].for_currency(found.line.currency)
    return form


def _fields(number: int, step: Step, lines: Sequence[OpenLine]) -> dict[str, Any]:
    named = [DataRequired("Say what this step is for, such as a term."), Length(max=60)]
    fields: dict[str, Any] = {
        f"name_{number}": StringField("What it is for", named, default=step.name),
        f"due_{number}": DateField("Due on", [InputRequired("Enter the day.")], default=step.due_on),
    }
    for found in lines:
        label, given = f"{found.line.alias}: {found.line.label}, {found.line.term}", step.amounts.get(found.line.id)
        fields[f"line_{number}_{found.line.id}"] = MoneyField(label, [Optional()], default=given)
    return fields


class ReturnForm(OnceForm):
    """What came back, by line; made by `return_form`."""

    returned_by = RadioField(
        "Who sent it back",
        [InputRequired("Say who sent it back.")],
        choices=[
            SelectChoice("bank", "The bank: it could not be delivered"),
            SelectChoice("school", "The school"),
        ],
    )
    bank_reference = StringField(
        "Bank reference", [DataRequired("Copy the reference of the entry in the bank's statement."), Length(max=80)]
    )
    returned_on = DateField("Date of the entry", [InputRequired("Enter the date.")], default=clock.today)
    note = TextAreaField("Note for the team", [Optional(), Length(max=300)], render_kw={"rows": 2})
    line_ids: Sequence[int] = ()

    def line(self, line_id: int) -> MoneyField:
        """The field for one budget line."""
        field: MoneyField = self[f"line_{line_id}"]
        return field

    @property
    def amounts(self) -> Mapping[int, Money]:
        """What was typed, by budget line id."""
        typed = {line_id: self.line(line_id).data for line_id in self.line_ids}
        return {line_id: amount for line_id, amount in typed.items() if amount}

    @property
    def seen(self) -> CameBack:
        """What the bank's statement says."""
        day: date = self.returned_on.data
        return CameBack(ReturnedBy(self.returned_by.data), self.bank_reference.data, day, self.note.data or "")


def return_form(parts: Sequence[DisbursementPart], currency: str) -> ReturnForm:
    """A form with a field for each line that is not wholly back, filled in with what is there."""
    open_parts = [part for part in parts if part.amount > part.returned]
    fields: dict[str, Any] = {"line_ids": [part.line_id for part in open_parts]}
    for part in open_parts:
        left = Money(part.amount - part.returned, currency)
        label = f"{part.line.alias}: {part.line.label}, {part.line.term}"
        fields[f"line_{part.line_id}"] = MoneyField(label, [Optional()], default=left, description=f"Up to {left}")
    form: ReturnForm = type("PartsForm", (ReturnForm,), fields)()
    for part in open_parts:
        form.line(part.line_id).for_currency(currency)
    return form

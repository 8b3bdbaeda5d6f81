"""One pledge over several campaigns."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from wtforms import BooleanField, FieldList, FormField, IntegerField, RadioField, SelectChoice
from wtforms.validators import DataRequired
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from campaigns.kit.forms import Form, MoneyField
from campaigns.kit.money import Money
from campaigns.pledge.forms import SponsorForm
from campaigns.pledge.rules import Share, split


class How(StrEnum):
    """How an amount comes to each campaign."""

    EACH = "each"
    EVENLY = "evenly"
    BY_NEED = "by_need"


HOW = {
    How.EVENLY: "One sum, split evenly",
    How.BY_NEED: "One sum, split by what each still needs",
    How.EACH: "An amount of its own for each",
}


class ChoiceForm(Form):
    """One campaign that can be chosen."""

    class Meta(Form.Meta):
        """Its token is the one of the form around it."""

        csrf = False

    number = IntegerField(validators=[DataRequired("Reload the page.")], widget=HiddenInput())
    chosen = BooleanField("This one")
    amount = MoneyField("Amount", [MayBeEmpty()])


class SeveralForm(SponsorForm):
    """Campaigns, and an amount for each or one sum over all of them."""

    how = RadioField(
        "How much for which?",
        [DataRequired("Choose how much is for which.")],
        choices=[SelectChoice(how.value, label) for how, label in HOW.items()],
        default=How.EVENLY.value,
    )
    total = MoneyField("The sum", [MayBeEmpty()])
    rows = FieldList(FormField(ChoiceForm), max_entries=50)

    def __init__(self, currency: str, choices: Sequence[Any], first: int, *, card: bool, **kwargs: Any) -> None:
        rows = [{"number": each.id, "chosen": each.id == first} for each in choices]
        super().__init__(currency, card=card, data={"rows": rows, "how": How.EVENLY.value}, **kwargs)
        self.uncovered: Mapping[int, Money] = {each.id: Money(each.uncovered, currency) for each in choices}
        for field in (self.total, *(row.amount for row in self.choices)):
            field.for_currency(currency)

    @property
    def choices(self) -> list[ChoiceForm]:
        """The campaigns, as they stand in the form."""
        return [entry.form for entry in self.rows]

    @property
    def picked(self) -> list[ChoiceForm]:
        """Those of them that count: with an amount of their own, or chosen for a part of the sum."""
        each = self.how.data == How.EACH
        known = [row for row in self.choices if row.number.data in self.uncovered]
        return [row for row in known if (row.amount.typed if each else row.chosen.data)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Two campaigns at least, and the sum where it is one."""
        right = super().validate(extra_validators)
        if len(self.picked) < 2:
            what = "Type an amount for" if self.how.data == How.EACH else "Choose"
            self.form_errors.append(f"{what} two campaigns at least.")
        if self.how.data != How.EACH and not self.total.typed:
            self.total.errors = [*self.total.errors, "Enter the sum."]
        return right and not self.form_errors and not self.total.errors

    @property
    def shares(self) -> list[Share]:
        """How much for which, once it is valid. Raises MoreThanUncovered."""
        ids = [int(row.number.data or 0) for row in self.picked]
        if self.how.data == How.EACH:
            amounts = [row.amount.data for row in self.picked]
        else:
            room = [self.uncovered[number] for number in ids]
            amounts = split(self.total.data, room, by_need=self.how.data == How.BY_NEED)
        return [Share(number, amount) for number, amount in zip(ids, amounts, strict=True) if amount]

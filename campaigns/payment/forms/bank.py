"""What a treasurer fills in about an entry on the statement, or about money seen at the bank."""

from collections.abc import Mapping, Sequence

from wtforms import (
    DateField,
    RadioField,
    SelectChoice,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from campaigns.kit import clock
from campaigns.kit.forms import Form, MoneyField
from campaigns.kit.money import Money
from campaigns.pledge.models import Instalment

PAYS = "pays_"


class RecordForm(Form):
    """Money seen at the bank."""

    amount = MoneyField("Amount that arrived", [DataRequired("Type the amount.")])
    booked_on = DateField("On which day", [InputRequired("Enter the day.")], default=clock.today)
    own_id = StringField(
        "The bank's own reference for it",
        [DataRequired("Type it as the statement has it."), Length(max=100, message="Use at most 100 characters.")],
        render_kw={"autocomplete": "off", "maxlength": 100},
    )


class MatchForm(Form):
    """Which instalment an entry pays."""

    reference = StringField(
        "Reference of the pledge",
        [DataRequired("Choose a pledge, or type its reference.")],
        render_kw={"maxlength": 40, "autocomplete": "off"},
    )


class RepaysForm(Form):
    """Whose debt an entry pays back."""

    account = RadioField("Whose?", [InputRequired("Choose who pays back.")], coerce=int)

    def offer(self, debts: Sequence[tuple[int, str, Money]]) -> None:
        """Each debt: its account's id, who owes, how much."""
        self.account.choices = [SelectChoice(id_, f"{whose}: {owed} is owed") for id_, whose, owed in debts]


class IgnoreForm(Form):
    """Why an entry pays no pledge."""

    reason = StringField(
        "Why does it pay no pledge?", [DataRequired("Give the reason in a few words."), Length(max=200)]
    )


class SplitForm(Form):
    """How much of an entry pays each of several instalments; made by `split_form`."""

    references: frozenset[str] = frozenset()

    def share(self, instalment: Instalment) -> MoneyField:
        """The field for one of them."""
        field: MoneyField = self[f"{PAYS}{instalment.id}"]
        return field

    def shares(self, instalments: Sequence[Instalment]) -> dict[Instalment, Money]:
        """What was typed; those left empty are not in it."""
        typed = {each: self.share(each).data for each in instalments}
        return {each: amount for each, amount in typed.items() if amount}


def split_form(instalments: Sequence[Instalment], shares: Mapping[int, Money]) -> SplitForm:
    """A form with a field for each of these, filled in with `shares` by the instalment's number."""
    fields = {f"{PAYS}{each.id}": MoneyField(each.reference, [Optional()]) for each in instalments}
    chosen = {f"{PAYS}{number}": amount for number, amount in shares.items()}
    form: SplitForm = type("SharesForm", (SplitForm,), fields)(data=chosen)
    form.references = frozenset(each.reference for each in instalments)
    for each in instalments:
        form.share(each).for_currency(each.currency)
    return form

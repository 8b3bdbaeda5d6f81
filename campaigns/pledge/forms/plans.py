"""The short forms of each other way to pledge."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from wtforms import DateField, FieldList, FormField, RadioField, SelectChoice, SelectField
from wtforms.validators import DataRequired
from wtforms.validators import Optional as MayBeEmpty

from campaigns.kit import clock
from campaigns.kit.forms import Form, MoneyField
from campaigns.kit.money import Money
from campaigns.pledge.forms import PledgeForm, SponsorForm
from campaigns.pledge.rules import Offer, Term, terms
from campaigns.pledge.states import Fallback, Plan

FALLBACKS = {
    Fallback.RELEASE: "Release me: nothing is due then",
    Fallback.PAY: "I pay all the same: it helps with what others have pledged",
}


class GoalForm(PledgeForm):
    """A pledge that is to be paid once everything is pledged; what happens otherwise is asked with it."""

    fallback = RadioField(
        "If the campaign ends without reaching its goal",
        [DataRequired("Choose what should happen then.")],
        choices=[SelectChoice(fallback.value, label) for fallback, label in FALLBACKS.items()],
    )

    @property
    def offer(self) -> Offer:
        """What was filled in, once it is valid."""
        return replace(super().offer, plan=Plan.GOAL, fallback=Fallback(self.fallback.data))


class PartForm(Form):
    """One part of a pledge: by when, and how much. A row in which nothing was typed does not count."""

    class Meta(Form.Meta):
        """Its token is the one of the form around it."""

        csrf = False

    due_on = DateField("To be paid by", [DataRequired("Enter the day.")])
    amount = MoneyField("Amount", [DataRequired("Enter the amount.")])

    @property
    def is_blank(self) -> bool:
        """Nothing was typed here."""
        return not any(self.due_on.raw_data or ()) and not self.amount.typed

    def validate(self, extra_validators: Any = None) -> bool:
        """A blank row is fine."""
        return self.is_blank or super().validate(extra_validators)

    @property
    def term(self) -> Term:
        """The part; only of a row that is neither blank nor wrong."""
        return Term(self.due_on.data or clock.today(), self.amount.data)


class TermsForm(SponsorForm):
    """A pledge in parts with a day each; what the parts come to is the pledge."""

    parts = FieldList(FormField(PartForm), max_entries=terms.MOST)

    def __init__(self, currency: str, *, card: bool, **kwargs: Any) -> None:
        super().__init__(currency, card=card, **kwargs)
        for row in self.rows:
            row.amount.for_currency(currency)

    @property
    def rows(self) -> list[PartForm]:
        """The rows, as they stand in the form."""
        return [entry.form for entry in self.parts]

    def validate(self, extra_validators: Any = None) -> bool:
        """Days come one after the other; each problem stands at the row that it concerns."""
        right, filled = super().validate(extra_validators), [row for row in self.rows if not row.is_blank]
        if not filled:
            self.form_errors.append("Fill in one part at least: a day and an amount.")
        right = _in_order(filled) and right
        self.parts.errors = [entry.errors for entry in self.parts if entry.errors]
        return right and bool(filled)

    @property
    def offer(self) -> Offer:
        """What was filled in, once it is valid."""
        parts = tuple(row.term for row in self.rows if not row.is_blank)
        amount = sum((part.amount for part in parts), Money.zero(self.currency))
        return replace(self.offer_of(amount), plan=Plan.TERMS, terms=parts)


def _in_order(rows: Sequence[PartForm]) -> bool:
    last = clock.today() + terms.HORIZON
    for row in rows:
        if row.due_on.data and row.due_on.data <= clock.today():
            _say(row, "Choose a day after today.")
        if row.due_on.data and row.due_on.data > last:
            _say(row, "Choose a day within three years.")
    for before, row in pairwise(rows):
        if before.due_on.data and row.due_on.data and row.due_on.data <= before.due_on.data:
            _say(row, "Choose a day after the one before.")
    return not any(row.due_on.errors for row in rows)


def _say(row: PartForm, message: str) -> None:
    row.due_on.errors = [*row.due_on.errors, message]


class SplitForm(Form):
    """Into how many equal parts which amount is to be split, as a suggestion; asked for with a GET."""

    class Meta(Form.Meta):
        """It changes nothing."""

        csrf = False

    amount = MoneyField("Amount in all", [MayBeEmpty()])
    count = SelectField("Parts", choices=[str(number) for number in range(1, terms.MOST + 1)])

    def suggestion(self, uncovered: Money) -> list[Term]:
        """So many parts with their days, of the amount or of all that is still uncovered."""
        amount = self.amount.data if isinstance(self.amount.data, Money) else uncovered
        return terms.propose(amount, int(self.count.data)) if amount else []

    @property
    def first_day(self) -> date:
        """The first day that may be chosen."""
        return clock.today() + timedelta(days=1)

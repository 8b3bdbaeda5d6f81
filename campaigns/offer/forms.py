"""What whoever offers something fills in."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty

from campaigns.campaign.models import BudgetLine
from campaigns.kit import crypto
from campaigns.kit.contact import email_field, name_field, organisation_field
from campaigns.kit.forms import Form, MoneyField, OnceForm
from campaigns.offer.rules import DAYS, If, Said
from campaigns.offer.rules.matching import RATES, How
from campaigns.offer.states import ConditionKind, Otherwise
from campaigns.pledge.forms import method_field, offer_card
from campaigns.pledge.states import Method


class OfferForm(OnceForm):
    """What every kind of offer asks for."""

    once = HiddenField(default=crypto.token, validators=[DataRequired("Reload the page."), Length(max=64)])
    amount = MoneyField("How much?", [DataRequired("Type an amount.")])
    name = name_field()
    email = email_field()
    organisation = organisation_field()

    def __init__(self, currency: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.amount.for_currency(currency)

    @property
    def said(self) -> Said:
        """What was filled in, once it is valid."""
        return Said(self.amount.data, self.name.data or "", self.email.data or "", self.organisation.data)


class HoldForm(OfferForm):
    """A company reserves needs."""

    organisation = organisation_field(required=True)
    days = RadioField(
        "For how long?",
        [DataRequired("Choose for how long.")],
        choices=[SelectChoice(days, f"{days} days") for days in DAYS],
        default=DAYS[0],
        coerce=int,
    )


class ConditionForm(OfferForm):
    """A pledge on a condition."""

    kind = RadioField(
        "On which condition?",
        [DataRequired("Choose one.")],
        choices=[
            SelectChoice(ConditionKind.RAISED, "Others pledge so much"),
            SelectChoice(ConditionKind.COMPANIES, "So many other companies pledge"),
            SelectChoice(ConditionKind.SIGNATURES, "So many people sign the campaign's letters"),
        ],
        default=ConditionKind.RAISED,
    )
    raised = MoneyField("How much do others pledge?", [MayBeEmpty()])
    threshold = IntegerField(
        "How many companies, or people?", [MayBeEmpty(), NumberRange(1, 1_000_000, "Enter a number from 1 on.")]
    )
    by = DateField("By when?", [InputRequired("Choose a day.")])
    otherwise = RadioField(
        "And if it does not come true, or the campaign needs less by then?",
        [DataRequired("Choose one.")],
        choices=[
            SelectChoice(Otherwise.LET_GO, "Let it go: nothing is due"),
            SelectChoice(Otherwise.WAITING, "Pledge it to another campaign of this community"),
            SelectChoice(Otherwise.NEXT_TERM, "Ask me again when these students' next campaign opens"),
        ],
        default=Otherwise.LET_GO,
    )
    method = method_field()

    def __init__(self, currency: str, *, card: bool, **kwargs: Any) -> None:
        super().__init__(currency, **kwargs)
        offer_card(self.method, card)
        self.raised.for_currency(currency)

    def validate(self, extra_validators: Any = None) -> bool:
        """What the chosen condition needs is asked for at its own field."""
        valid = super().validate(extra_validators)
        needed = self.raised if self.kind.data == ConditionKind.RAISED else self.threshold
        if valid and not needed.data:
            needed.errors = [*needed.errors, "Say how much." if needed is self.raised else "Say how many."]
        return valid and not needed.errors

    @property
    def given(self) -> If:
        """What must come true, once it is valid."""
        kind = ConditionKind(self.kind.data)
        threshold = self.raised.data.amount if kind is ConditionKind.RAISED else int(self.threshold.data or 0)
        method, otherwise = Method(self.method.data), Otherwise(self.otherwise.data)
        return If(kind, threshold, self.by.data, otherwise, method)


class MatchForm(OfferForm):
    """So much for every 1.00 that others pledge."""

    rate = RadioField(
        "For every 1.00 that others pledge, you add",
        [DataRequired("Choose how much.")],
        choices=[SelectChoice(rate, f"{rate / 100:.2f}") for rate in RATES],
        default=100,
        coerce=int,
    )
    method = method_field()

    def __init__(self, currency: str, *, card: bool, **kwargs: Any) -> None:
        super().__init__(currency, **kwargs)
        offer_card(self.method, card)

    @property
    def how(self) -> How:
        """How it matches, once it is valid."""
        return How(self.rate.data, Method(self.method.data))


class GiftForm(OfferForm):
    """A gift in kind."""

    what = StringField(
        "What would you like to give?",
        [DataRequired("Say it in a few words."), Length(max=120, message="Use at most 120 characters.")],
        render_kw={"maxlength": 120},
    )
    details = TextAreaField(
        "More about it",
        [MayBeEmpty(), Length(max=500, message="Use at most 500 characters.")],
        render_kw={"rows": 3},
    )


class AcceptForm(Form):
    """The team accepts a gift."""

    line = SelectField("Which cost does it fulfil?", coerce=int)
    school_email = EmailField(
        "E-mail address of the school's office",
        [
            DataRequired("Enter the address."),
            Length(max=254),
            Email("Enter an e-mail address such as name@example.org."),
        ],
    )

    def __init__(self, lines: Sequence[BudgetLine], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        costs = [SelectChoice(line.id, f"{line.label}, {line.term}: {line.money}") for line in lines]
        self.line.choices = [SelectChoice(0, "None of them: it comes on top"), *costs]


class ReceivedForm(Form):
    """The school's office says that a gift is there."""

    name = StringField(
        "Who received it?", [DataRequired("Enter a name."), Length(max=120)], render_kw={"maxlength": 120}
    )
    received_on = DateField("On which day?", [InputRequired("Choose a day.")])


class TurnForm(Form):
    """A reservation becomes a pledge."""

    po_number = StringField(
        "Number of the purchase order",
        [DataRequired("Enter the number, as it shall stand on what we send you."), Length(max=60)],
        render_kw={"maxlength": 60, "autocomplete": "off"},
    )
    method = method_field()

    def __init__(self, *, card: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        offer_card(self.method, card)


class EndForm(Form):
    """Why the team ends an offer."""

    reason = StringField(
        "Why do you end it?",
        [DataRequired("Give the reason in a few words."), Length(max=200, message="Use at most 200 characters.")],
        render_kw={"maxlength": 200},
    )

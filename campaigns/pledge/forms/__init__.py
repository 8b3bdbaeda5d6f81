"""What a sponsor fills in."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import HiddenInput

from campaigns.kit import crypto
from campaigns.kit.contact import email_field, name_field, organisation_field
from campaigns.kit.forms import Form, MoneyField, OnceForm
from campaigns.kit.money import Money
from campaigns.pledge.models import Instalment
from campaigns.pledge.rules import Offer, Wishes
from campaigns.pledge.states import UNPAID, InstalmentState, Method, Renewal, Surplus

METHODS = {Method.BANK_TRANSFER: "Bank transfer", Method.CARD: "Card"}


def method_field() -> Any:
    """How it will be paid; `offer_card` says whether by card, too."""
    return RadioField(
        "How will you pay?",
        [DataRequired("Choose how you will pay.")],
        choices=[SelectChoice(method.value, label) for method, label in METHODS.items()],
        default=Method.BANK_TRANSFER.value,
    )


def offer_card(method: RadioField, card: bool) -> None:
    """Leave the first way alone where no card is taken."""
    if not card:
        method.choices = method.choices[:1]


# Made before the other fields, so that it stands, and its problems are listed, before them.
AMOUNT = MoneyField("How much would you like to pledge?", [DataRequired("Choose or type an amount.")])


class SponsorForm(OnceForm):
    """Who pledges, and how it will be paid: what every way to pledge asks."""

    once = HiddenField(default=crypto.token, validators=[DataRequired("Reload the page."), Length(max=64)])
    name = name_field()
    email = email_field()
    organisation = organisation_field()
    method = method_field()
    message = TextAreaField(
        "A message of encouragement",
        [MayBeEmpty(), Length(max=500, message="Use at most 500 characters.")],
        render_kw={"rows": 3},
    )

    def __init__(self, currency: str, *, card: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency = currency
        offer_card(self.method, card)

    def offer_of(self, amount: Money) -> Offer:
        """What was filled in, once it is valid, for this amount."""
        return Offer(
            amount=amount,
            name=self.name.data,
            email=self.email.data,
            organisation=self.organisation.data,
            method=Method(self.method.data),
            message=self.message.data,
        )


class PledgeForm(SponsorForm):
    """A pledge on one page: six fields, of which two may stay empty."""

    amount = AMOUNT

    def __init__(self, currency: str, *, card: bool, **kwargs: Any) -> None:
        super().__init__(currency, card=card, **kwargs)
        self.amount.for_currency(currency)

    @property
    def offer(self) -> Offer:
        """What was filled in, once it is valid."""
        return self.offer_of(self.amount.data)


class WishesForm(Form):
    """How a sponsor is shown, and whether updates are wanted."""

    shown = RadioField(
        "How should you be shown on the campaign's page?",
        [DataRequired("Choose how you would like to be shown.")],
        choices=[SelectChoice("name", "By name"), SelectChoice("anonymous", "As an anonymous sponsor")],
    )
    updates = RadioField(
        "May we write to you when there is news of this campaign?",
        [DataRequired("Choose whether you want to hear of it.")],
        choices=[SelectChoice("yes", "Yes, a few messages a year"), SelectChoice("no", "No, only about my payment")],
    )

    @property
    def wishes(self) -> Wishes:
        """What was chosen, once it is valid."""
        return Wishes(show_name=self.shown.data == "name", updates=self.updates.data == "yes")

    def name_as(self, name: str) -> None:
        """Say under which name."""
        self.shown.choices = [SelectChoice("name", f"As “{name}”"), *self.shown.choices[1:]]


class MoneyWishesForm(WishesForm):
    """The same of a sponsor, and where money goes that arrives beyond need."""

    surplus = RadioField(
        "If more arrives than is needed?",
        [DataRequired("Choose one.")],
        choices=[
            SelectChoice(Surplus.REFUND, "Send it back to me"),
            SelectChoice(Surplus.POOL, "Keep it for students of this community who wait"),
            SelectChoice(Surplus.NEXT_TERM, "Keep it for the same students' next term"),
        ],
        default=Surplus.REFUND,
    )

    @property
    def wishes(self) -> Wishes:
        """What was chosen, once it is valid."""
        return replace(super().wishes, surplus=Surplus(self.surplus.data))


class ConfirmForm(MoneyWishesForm):
    """The same, and the amount that the page showed: less than was promised where others were faster."""

    instead = IntegerField(validators=[DataRequired("Reload the page.")], widget=HiddenInput())

    def amount(self, currency: str) -> Money:
        """The amount that the page showed."""
        return Money(int(self.instead.data), currency)


class WithdrawForm(Form):
    """Why a pledge is taken back."""

    reason = StringField(
        "Why do you take it back?",
        [DataRequired("Give the reason in a few words."), Length(max=200, message="Use at most 200 characters.")],
        render_kw={"maxlength": 200},
    )


class RenewForm(Form):
    """What a sponsor says to a changed cost; only what fits the pledge is offered."""

    answer = RadioField("What shall become of your pledge?", [DataRequired("Choose one of these.")])

    def __init__(self, instalments: Sequence[Instalment], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        states = {each.state for each in instalments}
        words = {Renewal.AGREED: "It stands, with the cost as it is now"}
        if states & UNPAID:
            words[Renewal.TAKEN_BACK] = "I take back what I have not paid yet"
        if InstalmentState.PAID in states:
            words[Renewal.REFUND_WISHED] = "I would like to have back what I have paid"
        self.answer.choices = [SelectChoice(renewal.value, label) for renewal, label in words.items()]


class DecideForm(Form):
    """A second person's decision on a changed cost."""

    approve = SubmitField("Approve the change")
    decline = SubmitField("Leave it as it is")


class SettleForm(Form):
    """What came of a wish for money back."""

    outcome = StringField("What came of it", [DataRequired("Say it in a few words."), Length(max=200)])

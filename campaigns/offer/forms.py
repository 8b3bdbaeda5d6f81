"""What whoever offers something fills in."""

from typing import Any

from wtforms import EmailField, HiddenField, RadioField, SelectChoice, StringField
from wtforms.validators import DataRequired, Email, Length

from campaigns.kit import crypto
from campaigns.kit.forms import Form, MoneyField, OnceForm
from campaigns.offer.rules import DAYS, Said
from campaigns.pledge.forms import METHODS
from campaigns.pledge.states import Method


class OfferForm(OnceForm):
    """What every kind of offer asks for."""

    once = HiddenField(default=crypto.token, validators=[DataRequired("Reload the page."), Length(max=64)])
    amount = MoneyField("How much?", [DataRequired("Type an amount.")])
    name = StringField(
        "Your name",
        [DataRequired("Enter your name."), Length(max=120, message="Use at most 120 characters.")],
        render_kw={"autocomplete": "name", "maxlength": 120},
    )
    email = EmailField(
        "E-mail address",
        [
            DataRequired("Enter your e-mail address."),
            Length(max=254, message="This address is too long."),
            Email("Enter an e-mail address such as name@example.org."),
        ],
        render_kw={"autocomplete": "email", "maxlength": 254},
    )
    organisation = StringField(
        "Company or organisation",
        [DataRequired("Enter its name."), Length(max=200, message="Use at most 200 characters.")],
        render_kw={"autocomplete": "organization", "maxlength": 200},
    )

    def __init__(self, currency: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.amount.for_currency(currency)

    @property
    def said(self) -> Said:
        """What was filled in, once it is valid."""
        return Said(self.amount.data, self.name.data or "", self.email.data or "", self.organisation.data)


class HoldForm(OfferForm):
    """A company reserves needs."""

    days = RadioField(
        "For how long?",
        [DataRequired("Choose for how long.")],
        choices=[SelectChoice(days, f"{days} days") for days in DAYS],
        default=DAYS[0],
        coerce=int,
    )


class TurnForm(Form):
    """A reservation becomes a pledge."""

    po_number = StringField(
        "Number of the purchase order",
        [DataRequired("Enter the number, as it shall stand on what we send you."), Length(max=60)],
        render_kw={"maxlength": 60, "autocomplete": "off"},
    )
    method = RadioField(
        "How will you pay?",
        [DataRequired("Choose how you will pay.")],
        choices=[SelectChoice(method.value, label) for method, label in METHODS.items()],
        default=Method.BANK_TRANSFER.value,
    )

    def __init__(self, *, card: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not card:
            self.method.choices = self.method.choices[:1]


class EndForm(Form):
    """Why the team ends an offer."""

    reason = StringField(
        "Why do you end it?",
        [DataRequired("Give the reason in a few words."), Length(max=200, message="Use at most 200 characters.")],
        render_kw={"maxlength": 200},
    )

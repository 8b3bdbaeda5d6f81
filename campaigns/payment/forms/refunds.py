"""What a treasurer fills in about money that goes back, or on to a campaign."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from campaigns.campaign.models import Campaign
from campaigns.kit import clock
from campaigns.kit.errors import Refused
from campaigns.kit.forms import Form, MoneyField, OnceForm
from campaigns.kit.money import Money
from campaigns.payment.rules.refunds import Wish
from campaigns.payment.states import RefundReason

REASONS = {
    RefundReason.SPONSOR_ASKED: "The sponsor asked for it",
    RefundReason.PAID_TWICE: "It was paid twice, or too much",
    RefundReason.MISTAKE: "It was a mistake",
    RefundReason.STUDENT_LEFT: "The student has left",
    RefundReason.COST_FELL: "The cost came out lower",
    RefundReason.NOT_THEIR_MONEY: "The card or the account was somebody else's",
}


class GiveForm(OnceForm):
    """How much of what is kept a campaign gets."""

    campaign = SelectField("Which campaign?", [InputRequired("Choose a campaign.")], coerce=int)
    amount = MoneyField("How much?", [DataRequired("Type the amount.")])

    def __init__(self, currency: str, campaigns: Sequence[Campaign], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.amount.for_currency(currency)
        self.campaign.choices = [SelectChoice(each.id, f"{each.title}: {each.uncovered} open") for each in campaigns]


class BearForm(OnceForm):
    """Why the community bears what a school owes."""

    reason = StringField(
        "Why?", [DataRequired("Say it in a few words."), Length(max=300)], render_kw={"maxlength": 300}
    )


class CaseForm(Form):
    """What came of a case."""

    outcome = StringField("What came of it?", [DataRequired("Say it in a few words."), Length(max=300)])
    sent_back = BooleanField("The money was sent back by bank transfer")


class RefundForm(OnceForm):
    """What goes back to a sponsor, why, and by which way."""

    amount = MoneyField("How much goes back?", [DataRequired("Type the amount.")])
    reason = SelectField(
        "Why?",
        [DataRequired("Choose why.")],
        choices=[SelectChoice("", "Choose"), *(SelectChoice(each.value, name) for each, name in REASONS.items())],
    )
    note = StringField("Note for the team", [Optional(), Length(max=300)], render_kw={"maxlength": 300})
    way = RadioField(
        "How does it go back?",
        choices=[SelectChoice("stripe", "To the card it came from"), SelectChoice("bank", "By bank transfer")],
        default="stripe",
    )
    bank_reference = StringField(
        "The bank's reference of the transfer",
        [Optional(), Length(max=80, message="Use at most 80 characters.")],
        render_kw={"autocomplete": "off", "maxlength": 80},
    )
    sent_on = DateField("Day of the transfer", [Optional()], default=clock.today)

    def offer(self, left: Money, *, card: bool, bank: bool = True) -> None:
        """Read amounts in this currency; offer the ways that there are."""
        self.amount.for_currency(left.currency)
        if not self.is_submitted():
            self.amount.data = left
        self.way.choices = [choice for choice, there in zip(self.way.choices, (card, bank), strict=True) if there]
        if not card:
            self.way.data = "bank"
            self.bank_reference.flags.required, self.bank_reference.flags.optional = True, False

    def wish(self) -> Wish:
        """What was filled in. Raises Refused where a transfer has no reference or day."""
        if self.way.data != "bank":
            return Wish(self.amount.data, RefundReason(self.reason.data), self.note.data or "")
        if not self.bank_reference.data:
            raise NoReference()
        if self.sent_on.data is None:
            raise Refused("Enter the day of the transfer.", field="sent_on")
        reason, note = RefundReason(self.reason.data), self.note.data or ""
        return Wish(self.amount.data, reason, note, self.bank_reference.data, self.sent_on.data)


class NoReference(Refused):
    """Make the transfer first, then copy the reference that the bank gave it."""

    field = "bank_reference"

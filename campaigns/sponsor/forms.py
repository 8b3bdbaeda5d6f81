"""What a company's people fill in."""

from collections.abc import Mapping

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from campaigns.account.states import Role
from campaigns.campaign.models import Campaign
from campaigns.community.forms import CURRENCIES
from campaigns.community.states import DOES_IN_COMPANY
from campaigns.kit import crypto
from campaigns.kit.forms import Form, MoneyField, OnceForm
from campaigns.kit.paging import LARGEST
from campaigns.kit.states import words


class ClaimForm(Form):
    """Who asks to speak for a company."""

    position = StringField(
        "Your position in the company",
        [DataRequired("Enter your position in the company."), Length(max=120, message="Use at most 120 characters.")],
        render_kw={"autocomplete": "organization-title", "maxlength": 120},
    )


class DecideForm(Form):
    """What becomes of a claim."""

    note = StringField(
        "How you checked it, or why not",
        [DataRequired("Say how you checked it, or why not."), Length(max=300, message="Use at most 300 characters.")],
        render_kw={"maxlength": 300},
    )
    grant = SubmitField("Let them in as admin")
    refuse = SubmitField("Turn it down")


class InviteForm(Form):
    """Whom to invite as what."""

    email = EmailField("E-mail address", [DataRequired("Enter an e-mail address.")])
    role = SelectField(
        "What they may do",
        [InputRequired("Choose what they may do.")],
        choices=[
            SelectChoice(role.value, f"{words(role).removeprefix('company ').capitalize()}: {does}")
            for role, does in reversed(DOES_IN_COMPANY.items())
        ],
    )

    @property
    def chosen_role(self) -> Role:
        """The role that was chosen, once the form is valid."""
        return Role(self.role.data)


class ConfirmForm(Form):
    """A button."""


def _number(value: str) -> int:
    number = int(value)
    if not 0 < number <= LARGEST:
        raise ValueError("a number that no row has")
    return number


class PayForm(Form):
    """Which instalments to pay together; `all` stands for all that is due now."""

    instalments = SelectMultipleField("What to pay", coerce=_number, validate_choice=False)
    all = SubmitField("Pay all that is due")


class ProposeForm(OnceForm):
    """A pledge that somebody proposes."""

    once = HiddenField(default=crypto.token, validators=[DataRequired("Reload the page."), Length(max=64)])
    campaign = SelectField("For which campaign", [InputRequired("Choose a campaign.")])
    amount = MoneyField("How much", [DataRequired("Enter an amount.")])
    reason = StringField(
        "Why",
        [DataRequired("Say why in a few words."), Length(max=300, message="Use at most 300 characters.")],
        render_kw={"maxlength": 300},
    )
    show_name = BooleanField("Show the company's name on the campaign's page")

    def offer(self, campaigns: Mapping[str, Campaign]) -> Campaign | None:
        """Let these be chosen; the one that was, with the amount read in its currency."""
        self.campaign.choices = [
            SelectChoice(slug, f"{each.title}: {each.uncovered} still needed ({each.organisation.name})")
            for slug, each in campaigns.items()
        ]
        chosen = campaigns.get(self.campaign.data or "")
        if chosen is not None:
            self.amount.for_currency(chosen.currency)
        return chosen


class AnswerProposalForm(Form):
    """What becomes of a proposal."""

    note = StringField(
        "Why not", [Length(max=300, message="Use at most 300 characters.")], render_kw={"maxlength": 300}
    )
    approve = SubmitField("Approve")
    decline = SubmitField("Turn it down")
    withdraw = SubmitField("Take it back")

    def validate_note(self, field: StringField) -> None:
        """Ask for the reason where a proposal is turned down."""
        if self.decline.data and not field.data:
            raise ValidationError("Say why, to whoever proposed it.")


class LimitForm(Form):
    """Above which amount two people approve; empty for never."""

    amount = MoneyField("Two people approve what is above", [Optional()])
    currency = SelectField("Currency", choices=[SelectChoice(code, code) for code in CURRENCIES], default="EUR")


class LinkForm(Form):
    """To whom a link is mailed."""

    email = EmailField("E-mail address", [DataRequired("Enter an e-mail address.")])

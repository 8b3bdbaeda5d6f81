"""What is filled in for a document."""

from collections.abc import Collection, Sequence

from wtforms import HiddenField, RadioField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.validators import Optional as MayBeEmpty
from wtforms.widgets import CheckboxInput, ListWidget

from campaigns.billing.rules import BillTo, Order
from campaigns.billing.states import TERMS, Kind
from campaigns.billing.words import LANGS
from campaigns.community.forms import countries
from campaigns.kit import crypto
from campaigns.kit.forms import OnceForm
from campaigns.pledge.models import Instalment

KINDS = {Kind.INVOICE: "An invoice, to be paid", Kind.QUOTE: "A pro-forma invoice, to be approved first"}


class OrderForm(OnceForm):
    """Whom a document is for, under which order number, and what it says."""

    once = HiddenField(default=crypto.token, validators=[DataRequired("Reload the page."), Length(max=64)])
    kind = RadioField(
        "What do you need?",
        [DataRequired("Choose one.")],
        choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()],
        default=Kind.INVOICE.value,
    )
    instalments = SelectMultipleField(
        "For which payments?",
        [DataRequired("Choose at least one payment.")],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    name = StringField(
        "Legal name",
        [DataRequired("Enter the legal name that it goes to."), Length(max=200, message="Use at most 200 characters.")],
        render_kw={"autocomplete": "organization", "maxlength": 200},
    )
    address = TextAreaField(
        "Address",
        [DataRequired("Enter the address."), Length(max=400, message="Use at most 400 characters.")],
        render_kw={"autocomplete": "street-address", "rows": 3},
    )
    country = SelectField("Country", [DataRequired("Choose a country.")], choices=countries)
    tax_id = StringField("Tax number", [MayBeEmpty(), Length(max=30)], render_kw={"autocomplete": "off"})
    po_number = StringField(
        "Your order number (PO)", [MayBeEmpty(), Length(max=60, message="Use at most 60 characters.")]
    )
    days = RadioField(
        "Payable within",
        choices=[SelectChoice(days, f"{days} days") for days in TERMS],
        coerce=int,
        default=30,
    )
    lang = RadioField("Language", choices=[SelectChoice(code, name) for code, name in LANGS.items()], default="en")

    def offer(self, instalments: Sequence[Instalment], invoiced: Collection[int]) -> None:
        """Let these be chosen; at first those that are not `invoiced` yet."""
        self.instalments.choices = [SelectChoice(each.id, _words(each, each.id in invoiced)) for each in instalments]
        if not self.is_submitted():
            self.instalments.data = [each.id for each in instalments if each.id not in invoiced]

    @property
    def chosen_kind(self) -> Kind:
        """What was asked for."""
        return Kind(self.kind.data)

    @property
    def order(self) -> Order:
        """What was filled in, once it is valid."""
        to = BillTo(self.name.data, self.address.data, self.country.data, self.tax_id.data or "")
        return Order(to, self.po_number.data or "", self.days.data, self.lang.data)


def _words(instalment: Instalment, invoiced: bool) -> str:
    state = "paid" if instalment.paid_at else f"due {instalment.due_on:%-d %b %Y}"
    already = ", on an invoice already" if invoiced else ""
    return f"{instalment.money}, {state}, reference {instalment.reference}{already}"


class CancelForm(OnceForm):
    """Why a document is taken back."""

    once = HiddenField(default=crypto.token, validators=[DataRequired("Reload the page."), Length(max=64)])
    reason = StringField(
        "Why?", [DataRequired("Say why; the sponsor reads it."), Length(max=200, message="Use at most 200 characters.")]
    )

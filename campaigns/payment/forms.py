"""What a treasurer fills in."""

import base64
import binascii
import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from campaigns.campaign.models import Campaign
from campaigns.kit import clock
from campaigns.kit.errors import Refused
from campaigns.kit.forms import Form, MoneyField, OnceForm
from campaigns.kit.money import Money
from campaigns.payment.rules.files import MOST_BYTES, BankFile
from campaigns.payment.rules.files.columns import Columns, Mark, Order
from campaigns.payment.rules.refunds import Wish
from campaigns.payment.states import RefundReason
from campaigns.pledge.models import Instalment

ROLES = {
    "date": "Date",
    "amount": "Amount",
    "credit": "Paid in",
    "debit": "Paid out",
    "currency": "Currency",
    "payer": "Payer",
    "text": "What the payer wrote",
    "own_id": "The bank's own reference",
}
REASONS = {
    RefundReason.SPONSOR_ASKED: "The sponsor asked for it",
    RefundReason.PAID_TWICE: "It was paid twice, or too much",
    RefundReason.MISTAKE: "It was a mistake",
    RefundReason.STUDENT_LEFT: "The student has left",
    RefundReason.COST_FELL: "The cost came out lower",
    RefundReason.NOT_THEIR_MONEY: "The card or the account was somebody else's",
}
MOST_KEPT = 450_000
PAYS = "pays_"


class Unkept(Refused):
    """The file holds too much to be shown before it is imported. Export a shorter period."""

    field = "file"


class NoFile(Refused):
    """Choose the file that you downloaded from the bank."""

    field = "file"


class RecordForm(Form):
    """Money seen at the bank."""

    amount = MoneyField("Amount that arrived", [DataRequired("Type the amount.")])
    booked_on = DateField("On which day", [InputRequired("Enter the day.")], default=clock.today)
    own_id = StringField(
        "The bank's own reference for it",
        [DataRequired("Type it as the statement has it."), Length(max=100, message="Use at most 100 characters.")],
        render_kw={"autocomplete": "off", "maxlength": 100},
    )


class GiveForm(OnceForm):
    """How much of what is kept a campaign gets."""

    campaign = SelectField("Which campaign?", [InputRequired("Choose a campaign.")], coerce=int)
    amount = MoneyField("How much?", [DataRequired("Type the amount.")])

    def __init__(self, currency: str, campaigns: Sequence[Campaign], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.amount.for_currency(currency)
        self.campaign.choices = [SelectChoice(each.id, f"{each.title}: {each.uncovered} open") for each in campaigns]


class MatchForm(Form):
    """Which instalment an entry pays."""

    reference = StringField(
        "Reference of the pledge",
        [DataRequired("Choose a pledge, or type its reference.")],
        render_kw={"maxlength": 40, "autocomplete": "off"},
    )


class IgnoreForm(Form):
    """Why an entry pays no pledge."""

    reason = StringField(
        "Why does it pay no pledge?", [DataRequired("Give the reason in a few words."), Length(max=200)]
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


class ImportForm(Form):
    """A statement: first the file, then which column is what; the file travels along until it is stored."""

    file = FileField("The statement")
    kept = HiddenField()
    date = SelectField(ROLES["date"], validate_choice=False)
    amount = SelectField(ROLES["amount"], validate_choice=False)
    credit = SelectField(ROLES["credit"], validate_choice=False)
    debit = SelectField(ROLES["debit"], validate_choice=False)
    currency = SelectField(ROLES["currency"], validate_choice=False)
    payer = SelectField(ROLES["payer"], validate_choice=False)
    text = SelectField(ROLES["text"], validate_choice=False)
    own_id = SelectField(ROLES["own_id"], validate_choice=False)
    order = SelectField(
        "Dates are written",
        validate_choice=False,
        choices=[SelectChoice(Order.DAY_FIRST, "31.12.2026"), SelectChoice(Order.MONTH_FIRST, "12/31/2026")],
    )
    mark = SelectField(
        "Cents come after a",
        validate_choice=False,
        choices=[SelectChoice(Mark.POINT, "point: 1,250.50"), SelectChoice(Mark.COMMA, "comma: 1.250,50")],
    )

    @property
    def is_first(self) -> bool:
        """Whether a new file was sent, so that its columns are guessed and not read from the form."""
        return bool(self.file.data)

    def content(self) -> bytes:
        """The file's bytes. Raises NoFile, Unkept."""
        if self.is_first:
            with closing(self.file.data) as sent:
                data: bytes = sent.read(MOST_BYTES + 1)
            return data
        if not self.kept.data:
            raise NoFile()
        return _unpacked(self.kept.data)

    def chosen(self) -> Columns:
        """The columns as the treasurer set them."""
        given: dict[str, Any] = {role: self[role].data or None for role in ROLES}
        order = Order.MONTH_FIRST if self.order.data == Order.MONTH_FIRST else Order.DAY_FIRST
        mark = Mark.COMMA if self.mark.data == Mark.COMMA else Mark.POINT
        return Columns(**given, order=order, mark=mark)

    def show(self, file: BankFile, data: bytes, columns: Columns | None) -> None:
        """Take the file along; of a table, offer its columns, with these chosen. Raises Unkept."""
        self.kept.data = _packed(data)
        if file.table is None or columns is None:
            return
        for role in ROLES:
            self[role].choices = _choices(file.table.heading)
            self[role].data = getattr(columns, role) or ""
        self.order.data, self.mark.data = columns.order, columns.mark


def _choices(heading: Sequence[str]) -> list[SelectChoice]:
    return [SelectChoice("", "(none)"), *(SelectChoice(name, name) for name in heading)]


def _packed(data: bytes) -> str:
    kept = base64.b64encode(zlib.compress(data, 9)).decode()
    if len(kept) > MOST_KEPT:
        raise Unkept()
    return kept


def _unpacked(kept: str) -> bytes:
    """What was packed; a page that was tampered with reads as no file, and unfolds to no more than one."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(kept, validate=True), MOST_BYTES + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise NoFile() from error


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


class AddressForm(Form):
    """Whose year."""

    email = EmailField("E-mail address", [DataRequired("Enter your e-mail address."), Length(max=254)])


class PeriodForm(Form):
    """From when until when, both included."""

    since = DateField("From", [DataRequired("Enter the first day.")])
    until = DateField("Until", [DataRequired("Enter the last day.")])

    def validate_until(self, field: DateField) -> None:
        """The last day is not before the first."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError("The last day cannot be before the first.")

    @property
    def period(self) -> tuple[date, date]:
        """What was chosen, once it is valid."""
        return self.since.data, self.until.data

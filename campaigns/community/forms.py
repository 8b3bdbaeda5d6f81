"""The forms of a community. What they hold is judged by the rules."""

import unicodedata

from babel import Locale
from babel.numbers import get_currency_name
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from campaigns.account.states import Role
from campaigns.community.rules import Legal
from campaigns.community.states import BRINGS, DOES, CommunityKind
from campaigns.kit.forms import Form
from campaigns.kit.states import words

LOCALE = Locale.parse("en")
NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
CURRENCIES = (
    *("EUR", "USD", "GBP", "KES", "UGX", "TZS", "RWF", "ETB", "NGN", "GHS", "ZAR", "XOF", "XAF", "MAD", "EGP"),
    *("INR", "PKR", "BDT", "NPR", "LKR", "PHP", "IDR", "VND", "JPY", "CNY", "BRL", "COP", "MXN", "PEN"),
    *("CAD", "AUD", "NZD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "TRY", "JOD", "KWD"),
)


def countries() -> list[SelectChoice]:
    """Every country as (ISO 3166-1 code, name), by name, after an empty choice."""
    names = LOCALE.territories
    real = [(code, str(name)) for code, name in names.items() if len(code) == 2 and code not in NOT_COUNTRIES]
    ordered = sorted(real, key=lambda pair: unicodedata.normalize("NFKD", pair[1]))
    return [SelectChoice("", "Choose a country"), *(SelectChoice(code, name) for code, name in ordered)]


def currencies() -> list[SelectChoice]:
    """The currencies that a community can count in, the most asked for first."""
    return [SelectChoice(code, f"{code} – {get_currency_name(code, locale=LOCALE)}") for code in CURRENCIES]


class CreateForm(Form):
    """A new community."""

    name = StringField("Name", [DataRequired("Enter a name.")])
    kind = RadioField(
        "What does it bring?",
        [DataRequired("Choose one.")],
        choices=[SelectChoice(k.value, f"{words(k).capitalize()}: {brings}") for k, brings in BRINGS.items()],
        default=CommunityKind.ADVOCATE.value,
    )
    country = SelectField("Country", [DataRequired("Choose a country.")], choices=countries)
    currency = SelectField("Currency", [DataRequired("Choose a currency.")], choices=currencies)
    about = TextAreaField("About it")


class SettingsForm(Form):
    """What the public page says."""

    about = TextAreaField("About it")
    accepts_applications = BooleanField("Students can apply to us now")
    closes_on = DateField("Last day to apply", [Optional()])
    answer_by = DateField("Everybody has an answer by", [Optional()])


class BankForm(Form):
    """Where sponsors pay."""

    payee = StringField("Name of the account's holder", [DataRequired("Enter the name.")])
    iban = StringField("IBAN", [DataRequired("Enter the IBAN.")])
    bic = StringField("BIC")


class LegalForm(Form):
    """What receipts and invoices print of the community."""

    legal_name = StringField("Legal name", [DataRequired("Enter the legal name."), Length(max=140)])
    address = TextAreaField("Address", [DataRequired("Enter the address."), Length(max=400)])
    country = SelectField("Country", [DataRequired("Choose a country.")], choices=countries)
    registration = StringField("Registration", [Optional(), Length(max=120)])
    tax_id = StringField("Tax number", [Optional(), Length(max=30)])
    deductible = BooleanField("Our receipts lower tax in this country")
    deductible_text = TextAreaField("By which notice", [Optional(), Length(max=600)])
    lang = RadioField("Language of receipts", choices=[SelectChoice("en", "English"), SelectChoice("ar", "العربية")])

    @property
    def told(self) -> Legal:
        """What was filled in, once it is valid."""
        return Legal(**{name: self[name].data or Legal._field_defaults.get(name, "") for name in Legal._fields})


class InviteForm(Form):
    """Whom to invite to what."""

    email = EmailField("E-mail address", [DataRequired("Enter an e-mail address.")])
    role = RadioField(
        "Role",
        [DataRequired("Choose a role.")],
        choices=[SelectChoice(role.value, f"{words(role).capitalize()}: {does}") for role, does in DOES.items()],
    )

    @property
    def chosen_role(self) -> Role:
        """The role that was ticked."""
        return Role(self.role.data)


class JoinForm(Form):
    """Who somebody without an account is."""

    name = StringField("Your name", [DataRequired("Enter your name.")])
    password = PasswordField("Password", [DataRequired("Enter a new password.")])


class ConfirmForm(Form):
    """Nothing but the button."""

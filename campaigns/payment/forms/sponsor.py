"""What a sponsor fills in: about a saved card, and for an invoice."""

from wtforms import EmailField, RadioField, SelectChoice, SelectField, StringField, SubmitField
from wtforms.validators import DataRequired, Email, Length
from wtforms.validators import Optional as MayBeEmpty

from campaigns.community.forms import countries
from campaigns.kit.forms import Form
from campaigns.payment.rules.bills.asking import TERMS, Wanted


class CardForm(Form):
    """What becomes of a saved card: each is a button."""

    save = SubmitField("Save a card")
    use = SubmitField("Use this card")
    remove = SubmitField("Remove this card")


class BillForm(Form):
    """What a company wants to have on its invoice."""

    name = StringField("Company or organisation", [DataRequired("Enter whom the invoice is for."), Length(max=150)])
    email = EmailField(
        "E-mail address of your accounts",
        [
            DataRequired("Enter an address."),
            Length(max=254),
            Email("Enter an e-mail address such as name@example.org."),
        ],
    )
    po_number = StringField("Purchase order number", [MayBeEmpty(), Length(max=60)])
    tax_id = StringField("VAT or tax number", [MayBeEmpty(), Length(max=40)])
    line1 = StringField("Street and number", [MayBeEmpty(), Length(max=120)])
    postal_code = StringField("Postal code", [MayBeEmpty(), Length(max=20)])
    city = StringField("Town", [MayBeEmpty(), Length(max=80)])
    country = SelectField("Country", [MayBeEmpty()], choices=countries)
    days = RadioField(
        "To be paid within",
        [DataRequired("Choose how many days.")],
        choices=[SelectChoice(str(days), f"{days} days") for days in TERMS],
    )

    @property
    def wanted(self) -> Wanted:
        """What was filled in, once it is valid."""
        parts = ("line1", "postal_code", "city", "country")
        address = {name: self[name].data for name in parts if self[name].data}
        po_number, tax_id = self.po_number.data or None, self.tax_id.data or None
        return Wanted(self.name.data or "", self.email.data or "", int(self.days.data), po_number, tax_id, address)

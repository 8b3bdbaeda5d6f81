"""What is asked before something is told, forgotten or opened."""

from wtforms import EmailField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from campaigns.kit.forms import Form
from campaigns.report.states import GLASS_REASONS


class ConfirmForm(Form):
    """A button only."""


class EraseForm(Form):
    """The word that says that somebody means it."""

    word = StringField("Type the word “erase”", [DataRequired("Type the word “erase”."), Length(max=40)])


class EraseMineForm(EraseForm):
    """The same from the student, who shows the code again."""

    code = StringField("Your code", [DataRequired("Enter your code."), Length(max=40)])


class GlassForm(Form):
    """Why what is private has to be opened."""

    reason = RadioField(
        "Why now",
        [InputRequired("Choose the reason.")],
        choices=[SelectChoice(reason.value, words) for reason, words in GLASS_REASONS.items()],
    )
    why = TextAreaField(
        "What has happened",
        [DataRequired("Say what has happened."), Length(min=20, max=1000, message="Say it in 20 to 1,000 characters.")],
    )


class AddressForm(Form):
    """Whose data."""

    email = EmailField("E-mail address", [DataRequired("Enter your e-mail address."), Length(max=254)])

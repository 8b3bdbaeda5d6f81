"""The way in."""

from wtforms import HiddenField, RadioField, SelectChoice, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from campaigns.kit import crypto
from campaigns.kit.forms import Form, OnceForm


class EligibilityForm(OnceForm):
    """Three questions before anything personal."""

    enrolled = RadioField(
        "Are you enrolled at a school, or has one offered you a place?",
        [InputRequired("Tell us whether you have a place at a school.")],
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")],
        description="Money is paid to the school itself, never to a person. So there has to be a school.",
    )
    cannot_pay = RadioField(
        "Is there a cost this year that you and your family cannot pay?",
        [InputRequired("Tell us whether there is a cost you cannot pay.")],
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")],
        description="There is less money than there are students. It goes where it makes the difference.",
    )
    confirmed = RadioField(
        "Can somebody at the school confirm it?",
        [InputRequired("Tell us whether somebody at the school can confirm it.")],
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")],
        description="A teacher, the head or the office. Sponsors give because what we say has been checked.",
    )

    # The resume code is made from it, so it has to be one of ours, hard to guess.
    once = HiddenField(default=crypto.token, validators=[Length(min=40, message="Load this page again.")])

    @property
    def hindrances(self) -> list[str]:
        """The names of the questions that were answered with no."""
        return [field.name for field in (self.enrolled, self.cannot_pay, self.confirmed) if field.data == "no"]


class ResumeForm(Form):
    """The code that was written down."""

    code = StringField("Your code", [DataRequired("Enter your code.")])

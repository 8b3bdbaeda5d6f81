"""The way in."""

from typing import Any

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from campaigns.account.rules import BadEmail, normal_email
from campaigns.kit import crypto
from campaigns.kit.forms import Form, OnceForm
from campaigns.student.rules import Helper
from campaigns.student.rules.secret import LONGEST, SHORTEST, TooShort
from campaigns.student.states import HelperRole

ROLES = {
    HelperRole.TEACHER: "Teacher",
    HelperRole.SCHOOL_STAFF: "Somebody else at the school",
    HelperRole.SOCIAL_WORKER: "Social worker",
    HelperRole.VOLUNTEER: "Volunteer",
    HelperRole.RELATIVE: "Relative or neighbour",
    HelperRole.OTHER: "Somebody else",
}


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


def an_address(_form: Form, field: StringField) -> None:
    """An e-mail address that can be written to, where anything was typed."""
    try:
        normal_email(field.data or "")
    except BadEmail:
        raise ValidationError("This is no e-mail address. It looks like name@example.org.") from None


class HelperForm(EligibilityForm):
    """Who enters an application for a student, beside the three questions."""

    name = StringField("Your name", [DataRequired("Enter your name."), Length(max=120)])
    role = SelectField(
        "Who you are to the student",
        [InputRequired("Say who you are to the student.")],
        choices=[SelectChoice("", "Choose"), *(SelectChoice(role.value, words) for role, words in ROLES.items())],
    )
    email = StringField("Your e-mail address", [Optional(), Length(max=254), an_address])
    phone = StringField("Your phone number", [Optional(), Length(max=40)])
    asked = BooleanField("The student asked me to do this", [InputRequired("Only who was asked may do this.")])

    def validate(self, extra_validators: Any = None) -> bool:
        """An address or a number, so that the community can ask back."""
        fine = super().validate(extra_validators)
        if not (self.email.data or self.phone.data):
            self.email.errors = ["Give an e-mail address or a phone number."]
        return fine and not self.email.errors

    @property
    def helper(self) -> Helper:
        """Who it is; only of a form that is right."""
        role = HelperRole(self.role.data)
        return Helper(self.name.data or "", role, self.email.data or None, self.phone.data or None)


class ResumeForm(Form):
    """The code that was written down, and the secret that was chosen."""

    code = StringField("Your code", [DataRequired("Enter your code.")])
    secret = PasswordField("Your secret", [Optional(), Length(max=500)])


class SecretForm(Form):
    """A secret of the student's choice."""

    secret = StringField(
        "Your secret",
        [
            DataRequired("Choose a secret."),
            Length(min=SHORTEST, message=TooShort.__doc__),
            Length(max=LONGEST, message="Keep it under 100 letters."),
        ],
    )


class ForgotForm(Form):
    """The code of who forgot the secret."""

    code = StringField("Your code", [DataRequired("Enter your code.")])

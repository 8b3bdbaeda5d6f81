"""The forms of an account. What they hold is judged by the rules."""

from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired

from campaigns.kit.forms import Form

NAME = "Enter your name."
EMAIL = "Enter your e-mail address."
PASSWORD = "Enter your password."  # noqa: S105 - words, not a secret
NEW_PASSWORD = "Enter a new password."  # noqa: S105 - words, not a secret
CODE = "Enter the code."


class SignUpForm(Form):
    """Who somebody is."""

    name = StringField("Your name", [DataRequired(NAME)])
    email = EmailField("E-mail address", [DataRequired(EMAIL)])
    password = PasswordField("Password", [DataRequired(NEW_PASSWORD)])


class SignInForm(Form):
    """An address and its password."""

    email = EmailField("E-mail address", [DataRequired(EMAIL)])
    password = PasswordField("Password", [DataRequired(PASSWORD)])


class ConfirmForm(Form):
    """Nothing but the button."""


class ForgotForm(Form):
    """Where to mail the link to."""

    email = EmailField("E-mail address", [DataRequired(EMAIL)])


class NewPasswordForm(Form):
    """A new password, through a mailed link."""

    password = PasswordField("New password", [DataRequired(NEW_PASSWORD)])


class ChangePasswordForm(Form):
    """A new password, knowing the current one."""

    current = PasswordField("Current password", [DataRequired(PASSWORD)])
    password = PasswordField("New password", [DataRequired(NEW_PASSWORD)])


class NameForm(Form):
    """How somebody is called."""

    name = StringField("Your name", [DataRequired(NAME)])


class EmailForm(Form):
    """A new address, knowing the password."""

    email = EmailField("New e-mail address", [DataRequired(EMAIL)])
    password = PasswordField("Password", [DataRequired(PASSWORD)])


class PasswordForm(Form):
    """The password once more."""

    password = PasswordField("Password", [DataRequired(PASSWORD)])


class CodeForm(Form):
    """A code from the app, or a recovery code."""

    code = StringField("Code", [DataRequired(CODE)])


class SetUpForm(Form):
    """A first code, which shows that the app has the secret."""

    secret = HiddenField()  # sealed
    code = StringField("Code from the app", [DataRequired(CODE)])

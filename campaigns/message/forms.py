"""What is written, and what a moderator decides."""

from wtforms import HiddenField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from campaigns.kit.forms import Form, OnceForm
from campaigns.message.rules import LONGEST
from campaigns.message.states import RETURNS, Reason

REFUSE = "Refuse it and end the conversation: it breaks the rules of safety"


class MessageForm(OnceForm):
    """A message."""

    text = TextAreaField(
        "Your message",
        [DataRequired("Write a message."), Length(max=LONGEST, message="Keep it under 2,000 letters.")],
    )


class ConfirmForm(Form):
    """A button only."""


class ApproveForm(Form):
    """`seen` is the hash of what would be passed on."""

    seen = HiddenField()


class ReturnForm(Form):
    """Why a message is not passed on."""

    reason = RadioField(
        "Why",
        [InputRequired("Choose one of the reasons.")],
        choices=[
            *(SelectChoice(reason.value, words) for reason, words in RETURNS.items()),
            SelectChoice(Reason.ABUSE.value, REFUSE),
        ],
    )

"""Saying that something was overlooked."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from campaigns.kit.forms import Form


class AppealForm(Form):
    """What a second panel should know."""

    text = TextAreaField(
        "What was overlooked, or has changed",
        [DataRequired("Write a few sentences."), Length(max=5000, message="Keep it under 5,000 letters.")],
    )

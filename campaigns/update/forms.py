"""What is filled in to write, check and follow updates."""

from flask import request
from wtforms import BooleanField, EmailField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length

from campaigns.kit.forms import Form, OnceForm

LONGEST = 20_000


class WriteForm(OnceForm):
    """The text of an update, to save or only to see as it will look."""

    title = StringField("Title", [DataRequired("Give the update a title."), Length(max=120)])
    body = TextAreaField(
        "Text",
        [DataRequired("Write what happened."), Length(max=LONGEST, message="At most 20,000 characters.")],
        description="Markdown: a blank line between paragraphs, **bold**, - lists, [words](https://address).",
        render_kw={"rows": 14},
    )
    minor = BooleanField("It concerns a student who is a minor")

    @property
    def wants_preview(self) -> bool:
        """Whether the writer only wants to see how it will look."""
        return request.form.get("go") == "preview"


class StepForm(Form):
    """One step in an update's life."""


class GiveBackForm(Form):
    """What the author should change."""

    note = TextAreaField(
        "What should change", [DataRequired("Say what should change."), Length(max=500)], render_kw={"rows": 3}
    )


class FollowForm(Form):
    """An address that wants to hear of a campaign."""

    email = EmailField(
        "Your e-mail address",
        [DataRequired("Enter your e-mail address."), Length(max=254), Email("Enter an address like name@example.org.")],
        render_kw={"autocomplete": "email"},
    )

"""What is typed about a campaign."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, SelectMultipleField, StringField, SubmitField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from campaigns.approval.forms import ChecklistForm
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules.words import LONGEST_STORY, Words
from campaigns.kit.forms import Form, OnceForm
from campaigns.student.models import Need


class Checkboxes(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class WordsForm(OnceForm):
    """What the public will read."""

    title = StringField("Title", [DataRequired("Write a title."), Length(max=120)])
    summary = TextAreaField("Summary in one or two sentences", [DataRequired("Write a summary."), Length(max=200)])
    story = TextAreaField("Story", [DataRequired("Write a story."), Length(max=LONGEST_STORY)])
    deadline = DateField("Last day for pledges", [InputRequired("Choose a date.")])
    cover = FileField("Cover picture", [Optional()])
    cover_alt = StringField("What the picture shows", [Optional(), Length(max=200)])
    no_student = BooleanField("This picture shows no student")
    drop_cover = BooleanField("Remove the cover picture")
    preview = SubmitField("Preview")

    def words(self) -> Words:
        """What was typed, for the rules."""
        return Words(
            title=self.title.data or "",
            summary=self.summary.data or "",
            story=self.story.data or "",
            picture=self.cover.data.read() if self.cover.data else None,
            drop_cover=bool(self.drop_cover.data),
            cover_alt=self.cover_alt.data or "",
            cover_shows_student=not self.no_student.data,
        )


def said(campaign: Campaign) -> dict[str, Any]:
    """What a form begins with: what the campaign says, or what waits to be said."""
    now = campaign.revision or campaign
    return {
        "title": now.title,
        "summary": now.summary,
        "story": now.story,
        "deadline": campaign.deadline,
        "cover_alt": now.cover_alt,
        "no_student": now.cover_id is not None and not now.cover_shows_student,
    }


class NewForm(WordsForm):
    """A new campaign: what it is for, and what it says."""

    # Whether they are still open is for the rule to say: the second of two clicks finds them taken by the first.
    needs = Checkboxes("What should this campaign pay for?", coerce=int, validate_choice=False)

    def offer(self, needs: Sequence[Need]) -> None:
        """Let these needs be chosen."""
        self.needs.choices = [(need.id, need.label) for need in needs]

    def validate_needs(self, field: Any) -> None:
        """At least one is chosen."""
        if not field.data:
            raise ValidationError("Choose at least one need.")


class ReviewForm(ChecklistForm):
    """A reader's decision on what they have read: `seen` is its fingerprint."""

    note = TextAreaField("What should be changed?", [Optional(), Length(max=2000)])
    approve = SubmitField("Approve")
    send_back = SubmitField("Send back")


class StepForm(Form):
    """A button."""

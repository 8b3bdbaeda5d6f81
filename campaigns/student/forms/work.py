"""A student's own work, and what those decide who look at it."""

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from campaigns.kit.forms import Form, OnceForm
from campaigns.student.forms.base import Ticks
from campaigns.student.models import Work
from campaigns.student.rules import Made
from campaigns.student.states import WORK_RETURNS, WorkKind

KINDS_OF_WORK = {
    WorkKind.ESSAY: "Essay or story",
    WorkKind.POEM: "Poem",
    WorkKind.DRAWING: "Drawing or painting",
    WorkKind.PHOTO: "Photo of something I made",
    WorkKind.PROJECT: "Project",
    WorkKind.MUSIC: "Sheet of music",
}
QUESTIONS = {
    "names": "It names nobody: no name, no initials, no account, in words or in the picture",
    "place": "It names no school, village, street, club or place of worship, and no exact day",
    "picture": "The picture, if there is one, shows no face, uniform, badge or place, or there is consent to it",
    "detail": "It has no detail by which a neighbour would know this one child",
    "later": "The student would be glad to find it here in ten years",
}


class WorkForm(OnceForm):
    """What the student made."""

    kind = SelectField(
        "What is it?", choices=[SelectChoice(kind.value, label) for kind, label in KINDS_OF_WORK.items()]
    )
    title = StringField("Title", [DataRequired("Give it a title."), Length(max=120)])
    text = TextAreaField("Text", [Optional(), Length(max=5000, message="Keep it under 5,000 letters.")])
    picture = FileField("Picture", [Optional()])
    alt = StringField("What the picture shows", [Optional(), Length(max=200)])
    shows_me = BooleanField("The picture shows me")
    drop_picture = BooleanField("Remove the picture")
    is_own = BooleanField("I made this myself", [InputRequired("Only what you made yourself can be shown.")])

    @property
    def made(self) -> Made:
        """What was told and given."""
        return Made(
            WorkKind(self.kind.data),
            self.title.data or "",
            self.text.data or "",
            picture=self.picture.data.read() if self.picture.data else None,
            drop_picture=bool(self.drop_picture.data),
            alt=self.alt.data or "",
            shows_me=bool(self.shows_me.data),
            is_own=bool(self.is_own.data),
        )


def told_of(work: Work) -> dict[str, object]:
    """What the form of a work begins with."""
    kept = {"kind": work.kind.value, "title": work.title, "text": work.text, "alt": work.alt}
    return kept | {"shows_me": work.shows_me, "is_own": work.is_own}


class NameForm(Form):
    """The name of a student who is of age."""

    name = StringField("The name to show", [Optional(), Length(max=80)])


class ReviewWorkForm(Form):
    """Could this child be recognised? Each answer has to be given; `seen` names the content that was on the page."""

    seen = HiddenField()
    answers = Ticks(
        "Could this student be recognised?", choices=[SelectChoice(key, words) for key, words in QUESTIONS.items()]
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Every line is ticked."""
        fine = bool(super().validate(extra_validators))
        if set(self.answers.data or ()) != set(QUESTIONS):
            self.answers.errors = [*self.answers.errors, "Approve only what you can tick every line of."]
            return False
        return fine


class ReturnWorkForm(Form):
    """Why a work is given back."""

    because = RadioField(
        "Why",
        [InputRequired("Choose one of the reasons.")],
        choices=[SelectChoice(each.value, words) for each, words in WORK_RETURNS.items()],
    )

"""What is filled in about a departure, what becomes of the money, and an outcome."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from campaigns.campaign.forms import Checkboxes
from campaigns.campaign.models import Campaign
from campaigns.departure.rules import Told
from campaigns.departure.states import Choice, DepartureKind
from campaigns.kit import clock
from campaigns.kit.forms import Form
from campaigns.student.models import Need
from campaigns.student.rules import Reached
from campaigns.student.states import REACHED, OutcomeKind

KINDS = {
    DepartureKind.LEFT_SCHOOL: "Has left school",
    DepartureKind.CHANGED_SCHOOL: "Goes to another school",
    DepartureKind.NO_NEED: "Needs no support any more",
    DepartureKind.CONSENT_WITHDRAWN: "Wants no support under these terms any more",
    DepartureKind.SENSITIVE: "A sensitive reason, which is told to nobody",
}
OWN_KINDS = {
    DepartureKind.LEFT_SCHOOL: "I have left school, or will",
    DepartureKind.NO_NEED: "I do not need it any more",
    DepartureKind.CONSENT_WITHDRAWN: "I do not want to be supported in this way any more",
    DepartureKind.SENSITIVE: "I would rather not say",
}
CHOICES = {
    Choice.KEEP: "It stays with the student, at the new school",
    Choice.ANOTHER: "It goes to another campaign of this community",
    Choice.SAME: "It stays with the other students of the same campaign",
    Choice.BACK: "I would like it back; what I have not paid is not due any more",
    Choice.COMMUNITY: "The community decides, for one of its students",
}
BY_COMMUNITY = {Choice.BACK: "It goes back to the sponsor; what they have not paid is not due any more"}


def _radio(choices: dict[Any, str]) -> list[SelectChoice]:
    return [SelectChoice(each.value, label) for each, label in choices.items()]


class OwnForm(Form):
    """A student tells that they leave."""

    kind = RadioField("Why?", [DataRequired("Choose what fits best.")], choices=_radio(OWN_KINDS))
    happened_on = DateField("Since, or from, which day?", [InputRequired("Enter a day.")], default=clock.today)
    note = TextAreaField("Anything the people who check should know", [Optional(), Length(max=1000)])

    @property
    def told(self) -> Told:
        """What was filled in."""
        return Told(DepartureKind(self.kind.data), self.happened_on.data, self.note.data or "")


class ReportForm(Form):
    """The team tells that a student leaves."""

    kind = RadioField("What has happened?", [DataRequired("Choose what fits best.")], choices=_radio(KINDS))
    happened_on = DateField("On which day?", [InputRequired("Enter a day.")], default=clock.today)
    school = StringField("Name of the new school, where there is one", [Optional(), Length(max=120)])
    note = TextAreaField("Note for those who check", [Optional(), Length(max=1000)])

    def told(self, new_school_id: int | None) -> Told:
        """What was filled in, with the school that was found by its name."""
        return Told(DepartureKind(self.kind.data), self.happened_on.data, self.note.data or "", new_school_id)


class ConfirmForm(Form):
    """A second person has made sure."""

    sure = BooleanField(
        "I have made sure of it myself, with the student, the guardian or the school",
        [DataRequired("Make sure first.")],
    )


class ChoiceForm(Form):
    """What should become of the rest, as its sponsor says it."""

    said: ClassVar[dict[Choice, str]] = CHOICES

    choice = RadioField("What should become of it?", [DataRequired("Choose one.")])
    campaign = SelectField("Which campaign?", coerce=int, validate_choice=False, default=0)

    def offer(self, choices: Sequence[Choice], campaigns: Sequence[Campaign]) -> None:
        """Let these be chosen."""
        self.choice.choices = _radio({each: self.said[each] for each in choices})
        self.campaign.choices = [SelectChoice(each.id, each.title) for each in campaigns]

    @property
    def chosen(self) -> Choice:
        """What was chosen, once it is valid."""
        return Choice(self.choice.data)


class DecideForm(ChoiceForm):
    """The same, as the community decides it."""

    said = CHOICES | BY_COMMUNITY


class OutcomeForm(Form):
    """What came of a student's support."""

    kind = RadioField("What has the student reached?", [DataRequired("Choose one.")], choices=_radio(REACHED))
    reached_on = DateField("On which day?", [InputRequired("Enter a day.")], default=clock.today)
    words = TextAreaField("The student’s own words for sponsors", [Optional(), Length(max=2000)])
    school_confirmed = BooleanField("The school has confirmed it")
    proof = FileField("A paper that shows it", [Optional()])

    @property
    def reached(self) -> Reached:
        """What was filled in."""
        return Reached(
            OutcomeKind(self.kind.data),
            self.reached_on.data,
            self.words.data or "",
            bool(self.school_confirmed.data),
            self.proof.data.read() if self.proof.data else None,
        )


class ReplaceForm(Form):
    """Needs of another student for a campaign."""

    needs = Checkboxes("Whose needs should it ask for as well?", coerce=int, validate_choice=False)

    def offer(self, needs: Sequence[Need]) -> None:
        """Let these needs be chosen."""
        self.needs.choices = [
            SelectChoice(need.id, f"{need.application.alias}: {need.label}, {need.term}, {need.money}")
            for need in needs
        ]

    def validate_needs(self, field: Any) -> None:
        """At least one is chosen."""
        if not field.data:
            raise ValidationError("Choose at least one need.")

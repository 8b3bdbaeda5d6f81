"""What those who vet ask, score, declare and decide."""

from collections.abc import Sequence
from typing import Any

from wtforms import FormField, HiddenField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from campaigns.kit.forms import Form
from campaigns.student.rules import Mark
from campaigns.student.states import DECLARABLE, IN_WORDS, RUBRIC, Anchors, ConflictKind, Criterion, Reason, Verdict

RECOMMENDATIONS = {
    Verdict.APPROVE: "Say yes",
    Verdict.WAITLIST: "Put on the waiting list: others need it more",
    Verdict.DECLINE: "Say no",
}


class QuestionForm(Form):
    """What a vetter needs to know."""

    question = TextAreaField(
        "Your question to the student", [DataRequired("Write what you need to know."), Length(max=2000)]
    )


class MarkForm(Form):
    """One criterion of a sheet: a level, and why."""

    class Meta(Form.Meta):
        """Its token is the one of the form around it."""

        csrf = False

    level = RadioField("Level", [InputRequired()], choices=[])
    reason = StringField("Why, in one line", [DataRequired(), Length(max=300)])

    def about(self, anchors: Anchors) -> None:
        """Offer the five levels of a criterion, and name it where something is missing."""
        self.level.label.text = anchors.question
        self.level.choices = [SelectChoice(str(at), f"{at}: {words}") for at, words in enumerate(anchors.levels)]
        self.level.validators = [InputRequired(f"{anchors.title}: choose the level that fits best.")]
        self.reason.validators = [DataRequired(f"{anchors.title}: say why in a few words."), Length(max=300)]


class ScoreForm(Form):
    """A score sheet: one part for each criterion, made from the rubric below, and a recommendation."""

    recommends: RadioField

    def with_levels(self) -> "ScoreForm":
        """Offer each criterion's five levels in words."""
        for criterion, anchors in RUBRIC.items():
            self[criterion.value].form.about(anchors)
        return self

    @property
    def marks(self) -> dict[Criterion, Mark]:
        """What was found, by criterion."""
        parts: Any = {criterion: self[criterion.value].form for criterion in Criterion}
        return {each: Mark(int(part.level.data), part.reason.data) for each, part in parts.items()}


for _criterion in RUBRIC:
    setattr(ScoreForm, _criterion.value, FormField(MarkForm, RUBRIC[_criterion].title))
ScoreForm.recommends = RadioField(  # the last one on the page
    "What you recommend",
    [InputRequired("Say what you recommend.")],
    choices=[SelectChoice(verdict.value, words) for verdict, words in RECOMMENDATIONS.items()],
)


class DecisionForm(Form):
    """A reason and some words of one's own; the letter is shown before it goes."""

    reason = RadioField("Why", [InputRequired("Choose one of the reasons.")], choices=[])
    paragraph = TextAreaField("A paragraph of your own", [Optional(), Length(max=2000)])
    seen = HiddenField()  # which letter was shown

    def offering(self, reasons: Sequence[Reason]) -> "DecisionForm":
        """Offer these reasons only."""
        self.reason.choices = [SelectChoice(reason.value, IN_WORDS[reason]) for reason in reasons]
        return self

    @property
    def chosen(self) -> Reason:
        """The reason."""
        return Reason(self.reason.data)


class DeclareForm(Form):
    """Why somebody keeps out."""

    kind = RadioField(
        "Why somebody else should vet it",
        [InputRequired("Choose what fits best.")],
        choices=[SelectChoice(kind.value, words) for kind, words in DECLARABLE.items()],
    )
    note = StringField("Anything an officer should know", [Optional(), Length(max=300)])

    @property
    def chosen(self) -> ConflictKind:
        """The reason."""
        return ConflictKind(self.kind.data)


class OverruleForm(Form):
    """Why a family name is a coincidence."""

    why = StringField("How you know that they are not related", [DataRequired("Say how you know."), Length(max=300)])

"""What those who vet ask and decide."""

from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from campaigns.kit.forms import Form
from campaigns.student.states import REASONS, Reason, Verdict


class QuestionForm(Form):
    """What a vetter needs to know."""

    question = TextAreaField(
        "Your question to the student", [DataRequired("Write what you need to know."), Length(max=2000)]
    )


class DecisionForm(Form):
    """A vetter's decision: the reason says which."""

    reason = RadioField(
        "Your decision",
        [InputRequired("Choose one of the reasons.")],
        choices=[
            SelectChoice(reason.value, f"{'Approve' if verdict is Verdict.APPROVE else 'Decline'}: {words}")
            for verdict, reasons in REASONS.items()
            for reason, words in reasons.items()
        ],
    )
    note = TextAreaField("Note for the team", [Optional(), Length(max=2000)])

    @property
    def chosen(self) -> Reason:
        """The reason."""
        return Reason(self.reason.data)

"""How somebody of the team makes sure of a cost, and what it is to be instead."""

from collections.abc import Sequence
from datetime import date

from wtforms import DateField, HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from campaigns.kit import clock
from campaigns.kit.forms import Form, MoneyField
from campaigns.student.forms.needs import KINDS
from campaigns.student.models import Document, Need
from campaigns.student.rules.changes import Told
from campaigns.student.rules.needs import USUAL
from campaigns.student.states import HOW, How, NeedKind


def how_field() -> RadioField:
    """How the person knows."""
    choices = [SelectChoice(how.value, words) for how, words in HOW.items()]
    return RadioField("How do you know?", [InputRequired("Say how you know.")], choices=choices)


def in_half_a_year() -> date:
    """How long a word usually holds."""
    return clock.today() + USUAL


class VerifyForm(Form):
    """That a cost is right, and how long this holds; `seen` is the fingerprint of what the page showed."""

    seen = HiddenField()
    how = how_field()
    document = SelectField("Which paper shows it?", default="")
    expires_on = DateField("Holds until", [InputRequired("Choose a date.")], default=in_half_a_year)
    note = TextAreaField("Note for the team", [Optional(), Length(max=1000)])

    def offer(self, papers: Sequence[Document], need: Need) -> None:
        """Let one of these papers be chosen; those given for this cost come first."""
        first = sorted(papers, key=lambda paper: (paper.need_id != need.id, paper.id))
        names = [SelectChoice(str(each.id), f"{_named(each)}, {each.added_at:%d %b %Y}") for each in first]
        self.document.choices = [SelectChoice("", "None"), *names]


def _named(paper: Document) -> str:
    return paper.kind.value.replace("_", " ").capitalize()


class ChangeForm(Form):
    """What a cost is to be, and why."""

    kind = SelectField("What for", choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()])
    amount = MoneyField("Amount", [DataRequired("Enter the amount.")])
    term = StringField("Term or year", [DataRequired("Say for which term or year."), Length(max=60)])
    how = how_field()
    reason = TextAreaField("Why", [DataRequired("Say why, for the student."), Length(max=1000)])

    @property
    def told(self) -> Told:
        """What was said, once it is valid."""
        kind, how = NeedKind(self.kind.data), How(self.how.data)
        return Told(kind, self.amount.data, self.term.data or "", self.reason.data or "", how)


def as_it_is(need: Need) -> dict[str, object]:
    """What the form of a change begins with."""
    return {"kind": need.kind.value, "amount": need.money, "term": need.term}

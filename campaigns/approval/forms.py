"""The checklist that each reader goes through."""

from typing import Any

from wtforms import HiddenField, RadioField, SelectChoice

from campaigns.approval.states import QUESTIONS, Question
from campaigns.kit.forms import Form

YES_OR_NO = [SelectChoice("no", "No"), SelectChoice("yes", "Yes")]


class ChecklistForm(Form):
    """Could this child be recognised? For a text about adults nobody is asked."""

    seen = HiddenField()  # names the text that was on the page

    def for_minor(self, minor: bool) -> "ChecklistForm":
        """Ask only where a minor is concerned."""
        if not minor:
            for question in Question:
                del self[question.value]
        return self

    @property
    def questions(self) -> list[Any]:
        """The fields of the checklist, in order."""
        return [self[question.value] for question in Question if question.value in self._fields]

    @property
    def answers(self) -> dict[Question, bool]:
        """What was answered."""
        given = {question: self[question.value].data for question in Question if question.value in self._fields}
        return {question: said == "yes" for question, said in given.items() if said in {"yes", "no"}}


for _question, _words in QUESTIONS.items():
    # Whether each was answered is for the rule to say: sending back needs no answers.
    setattr(ChecklistForm, _question.value, RadioField(_words, choices=YES_OR_NO, validate_choice=False))

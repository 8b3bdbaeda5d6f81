"""Agreeing, and noting how that was checked."""

from wtforms import SelectField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, Optional, ValidationError

from campaigns.kit.forms import Form
from campaigns.student.forms.base import PURPOSES, Ticks
from campaigns.student.states import Purpose

NEEDED = "Nobody may read your application unless this is agreed."
BOTH_NEEDED = "Your guardian has to agree to it as well."


class ConsentForm(Form):
    """What the student agrees to, and for a minor the guardian."""

    student = Ticks("You agree", choices=PURPOSES)
    guardian = Ticks("Your guardian agrees", choices=PURPOSES)

    def for_minor(self, minor: bool, *, later: bool = False) -> "ConsentForm":
        """Ask for the guardian only where there has to be one; the application itself always needs consent.

        `later`: a guardian may leave every box, to answer by a link of their own before it is sent.
        """
        self.student.validators = [*self.student.validators, _needs_apply]
        if minor:
            self.guardian.validators = [Optional(), _needs_guardian] if later else [_needs_guardian]
        else:
            del self.guardian
        return self

    def agreed(self, name: str) -> set[Purpose]:
        """What was ticked in one column; nothing where the column is not asked."""
        return {Purpose(value) for value in self._fields[name].data or ()} if name in self._fields else set()


def _needs_apply(_form: Form, field: Ticks) -> None:
    if Purpose.APPLY not in (field.data or ()):
        raise ValidationError(NEEDED)


def _needs_guardian(_form: Form, field: Ticks) -> None:
    if Purpose.APPLY not in (field.data or ()):
        raise ValidationError(BOTH_NEEDED)


class CheckForm(Form):
    """How an officer made sure of consent."""

    purposes = Ticks("What you have checked", [DataRequired("Tick what you have checked.")], choices=PURPOSES)
    how = StringField("How you made sure", [DataRequired("Say how you made sure."), Length(max=200)])


class WithdrawForm(Form):
    """An officer ends consent to one purpose."""

    purpose = SelectField("What ends", [AnyOf([purpose.value for purpose in Purpose])], choices=PURPOSES)

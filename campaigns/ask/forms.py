"""Forms: an ask and its letter, a signature, and the three answers."""

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from campaigns.approval.forms import ChecklistForm
from campaigns.ask.rules import Draft, Said
from campaigns.ask.states import Answer, DeclineReason
from campaigns.kit.forms import Form, MoneyField, OnceForm
from campaigns.kit.text import one_line

REASONS = {
    DeclineReason.BUDGET: "There is no budget for it now",
    DeclineReason.POLICY: "It is against our policy",
    DeclineReason.ALREADY_SUPPORTING: "We already support something like it",
    DeclineReason.NOT_OUR_FIELD: "It is not the field we give to",
    DeclineReason.OTHER: "Another reason",
}
REASONS_TO_CHOOSE = [SelectChoice(reason.value, words) for reason, words in REASONS.items()]


def _one_line(value: str | None) -> str | None:
    return one_line(value) if value else value


def _at_most(most: int) -> Length:
    return Length(max=most, message=f"Use at most {most:,} characters.")


def _line(label: str, missing: str, most: int, **kwargs: Any) -> StringField:
    """A required text of one line."""
    return StringField(label, [DataRequired(missing), _at_most(most)], filters=[_one_line], **kwargs)


class AskForm(Form):
    """Whom at the company to ask for how much, and the letter."""

    contact_name = _line("Who at the company should read it", "Name the person whom you write to.", 120)
    contact_email = EmailField("That person's e-mail address", [DataRequired("Enter an e-mail address.")])
    amount = MoneyField("How much you ask for", [InputRequired("Enter an amount.")])
    subject = _line("Subject of the letter", "Give the letter a subject.", 150)
    body = TextAreaField(
        "The letter",
        [
            DataRequired("Write the letter."),
            Length(min=100, message="Say a little more: a company needs at least 100 characters to decide."),
            _at_most(10_000),
        ],
    )
    company = HiddenField()  # refusals that concern the company are shown on top

    @property
    def draft(self) -> Draft:
        """What was written; the form must be valid."""
        return Draft(
            contact_name=self.contact_name.data or "",
            contact_email=self.contact_email.data or "",
            amount=self.amount.data,
            subject=self.subject.data or "",
            body=self.body.data or "",
        )


class StepForm(Form):
    """A button."""


class ReadForm(ChecklistForm):
    """A reader's word on the version they have read."""

    version = HiddenField()
    note = TextAreaField("What should change", [_at_most(1000)])

    @property
    def read_version(self) -> int:
        """The version that was shown; 0 for anything else."""
        typed = self.version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 9 else 0


class SignForm(Form):
    """A signature."""

    email = EmailField("Your e-mail address", [DataRequired("Enter your e-mail address."), Length(max=254)])
    shown_as = _line("Your name as it is shown", "Enter the name to show under the letter.", 80)
    is_pseudonym = BooleanField("This is a pseudonym")

    @property
    def chosen(self) -> dict[str, Any]:
        """Whose signature, and how it is shown."""
        return {name: self[name].data for name in ("email", "shown_as", "is_pseudonym")}

    def validate_shown_as(self, field: StringField) -> None:
        """Refuse addresses: a signature is no place to advertise, and nobody should publish theirs by mistake."""
        name = (field.data or "").lower()
        if any(sign in name for sign in ("@", "://", "www.")):
            raise ValidationError("Enter a name without an e-mail or web address.")


class AnswerForm(OnceForm):
    """What the three answers share: who says it, and what else there is to say."""

    answer: Answer
    answered_by = _line("Your name", "Enter your name.", 120)
    position = _line("Your position", "Enter your position in the company.", 120)
    message = TextAreaField("Anything you would like to add", [_at_most(2000)])
    may_show = BooleanField("This answer may be shown in public")

    def said(self, **more: Any) -> Said:
        """What was answered; the form must be valid."""
        return Said(
            answer=self.answer,
            once=self.once.data or "",
            answered_by=self.answered_by.data or "",
            position=self.position.data or "",
            message=self.message.data or "",
            may_show=bool(self.may_show.data),
            **more,
        )


class AcceptForm(AnswerForm):
    """Yes, with an amount."""

    answer = Answer.ACCEPT
    amount = MoneyField("How much the company pledges", [InputRequired("Enter an amount.")])

    def said(self, **more: Any) -> Said:
        """The acceptance."""
        return super().said(amount=self.amount.data, **more)


class CounterForm(AnswerForm):
    """Something else than what was asked."""

    answer = Answer.COUNTER
    amount = MoneyField("An amount", [Optional()])
    in_kind = StringField("Something in kind", [_at_most(200)], filters=[_one_line])
    by_date = DateField("By when", [Optional()])

    def said(self, **more: Any) -> Said:
        """The offer."""
        offer = {"amount": self.amount.data or None, "in_kind": self.in_kind.data, "by_date": self.by_date.data}
        return super().said(**offer, **more)


class DeclineForm(AnswerForm):
    """No, with a reason."""

    answer = Answer.DECLINE
    reason = RadioField("The reason", [InputRequired("Choose the reason that fits best.")], choices=REASONS_TO_CHOOSE)

    def said(self, **more: Any) -> Said:
        """The refusal."""
        return super().said(reason=DeclineReason(self.reason.data), **more)


ANSWER_FORMS: dict[str, type[AnswerForm]] = {form.answer.value: form for form in (AcceptForm, CounterForm, DeclineForm)}

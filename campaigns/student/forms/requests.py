"""Asking people to confirm, and what they answer on the pages behind their links."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from campaigns.kit.forms import Form, MoneyField, OnceForm
from campaigns.student.forms.person import RELATIONS
from campaigns.student.models import Need
from campaigns.student.rules.requests import BankDetails, SchoolAnswer
from campaigns.student.states import Known, Purpose, Refusal
from campaigns.student.wordings import WORDINGS

REFEREES = ("teacher", "head of the school", "religious leader", "neighbour", "employer", "social worker",
            "friend of the family", "other")  # fmt: skip
KNOWN = {
    Known.UNDER_A_YEAR: "Less than a year",
    Known.UP_TO_3_YEARS: "One to three years",
    Known.LONGER: "More than three years",
}
YES, NO = "yes", "no"
COST = "need_"
AGAIN = "Choose the file once more: a browser does not keep it when the page comes back."


def _chosen_from(words: Sequence[str]) -> list[SelectChoice]:
    return [SelectChoice("", "Choose"), *(SelectChoice(each, each[0].upper() + each[1:]) for each in words)]


class AskRefereeForm(OnceForm):
    """Who knows the student."""

    name = StringField("Their full name", [DataRequired("Enter their name."), Length(max=120)])
    relation = SelectField("Who they are", [InputRequired("Say who they are.")], choices=_chosen_from(REFEREES))
    email = StringField("Their e-mail address", [Optional(), Length(max=254)])


class AskSchoolForm(OnceForm):
    """Where the school's office is written to."""

    email = StringField("E-mail address of the school's office", [DataRequired("Enter the address."), Length(max=254)])


class AskGuardianForm(OnceForm):
    """A button: name and contact are known."""


class _Only(Form):
    """Asks on only where the first answer is `go_on`; whoever declines need not fill in anything else."""

    answer: RadioField
    go_on: frozenset[str]

    def validate(self, extra_validators: Any = None) -> bool:
        """Only the first answer counts for whoever declines."""
        fine: bool = super().validate(extra_validators)
        if self.answer.data in self.go_on or self.answer.errors:
            return fine
        for field in self:
            field.errors = []
        return True

    @property
    def refusal(self) -> Refusal | None:
        """Why they do not answer, if they do not."""
        return None if self.answer.data in self.go_on else Refusal(self.answer.data)


class VouchForm(_Only):
    """What a referee says."""

    go_on = frozenset({YES})
    answer = RadioField(
        "Your answer",
        [InputRequired("Choose one of the three.")],
        choices=[
            SelectChoice(YES, "I know this student and vouch for them"),
            SelectChoice(Refusal.CANNOT.value, "I know them, but cannot vouch for them"),
            SelectChoice(Refusal.WRONG_PERSON.value, "I do not know them"),
        ],
    )
    name = StringField("Your full name", [DataRequired("Enter your name."), Length(max=120)])
    relation = SelectField(
        "Who you are to the student", [InputRequired("Say who you are.")], choices=_chosen_from(REFEREES)
    )
    known = RadioField(
        "How long you have known them",
        [InputRequired("Say how long you have known them.")],
        choices=[SelectChoice(known.value, words) for known, words in KNOWN.items()],
    )
    text = TextAreaField(
        "What you know of them and of why they need support",
        [DataRequired("Write a few sentences."), Length(max=3000, message="Keep it under 3,000 letters.")],
    )
    email = StringField("Your e-mail address", [Optional(), Length(max=254)])


class GuardianAnswerForm(_Only):
    """What a guardian agrees to, purpose by purpose; made by `guardian_form`."""

    go_on = frozenset({YES})
    answer = RadioField(
        "Are you the guardian?",
        [InputRequired("Say whether you are the guardian.")],
        choices=[
            SelectChoice(YES, "Yes, I care for this young person"),
            SelectChoice(Refusal.WRONG_PERSON.value, "No, I am not the guardian"),
        ],
    )
    name = StringField("Your full name", [DataRequired("Enter your name."), Length(max=120)])
    relation = SelectField(
        "Who you are to the young person", [InputRequired("Say who you are.")], choices=_chosen_from(RELATIONS)
    )

    @property
    def agreed(self) -> set[Purpose]:
        """The purposes that were answered with yes."""
        return {purpose for purpose in Purpose if self[purpose.value].data == YES}


def guardian_form() -> GuardianAnswerForm:
    """A form with a yes or no for each purpose. Nothing is filled in before: the answer is the guardian's own."""
    asked = {
        purpose.value: RadioField(
            purpose.value,
            [InputRequired(f"Answer yes or no: {WORDINGS[purpose].about}.")],
            choices=[SelectChoice(YES, "Yes, I agree"), SelectChoice(NO, "No")],
        )
        for purpose in Purpose
    }
    form: GuardianAnswerForm = type("PurposesForm", (GuardianAnswerForm,), asked)()
    return form


class SchoolAnswerForm(_Only):
    """What a school confirms; made by `school_form`, with a field for each cost."""

    go_on = frozenset({YES, NO})
    answer = RadioField(
        "Does this student attend your school, or have a place there?",
        [InputRequired("Say whether the student has a place.")],
        choices=[
            SelectChoice(YES, "Yes"),
            SelectChoice(NO, "No"),
            SelectChoice(Refusal.WRONG_PERSON.value, "I am not the one to answer this"),
        ],
    )
    name = StringField("Your full name", [DataRequired("Enter your name."), Length(max=120)])
    position = StringField("Your position at the school", [DataRequired("Enter your position."), Length(max=120)])
    level = StringField("Level and year", [DataRequired("Enter the level."), Length(max=80)])
    since = StringField("Since when, or from when", [DataRequired("Say since when."), Length(max=60)])
    fee_note = FileField("Fee note or invoice", [Optional()])
    holder = StringField("Account holder", [Optional(), Length(max=140)])
    iban = StringField("IBAN", [Optional(), Length(max=60)])
    number = StringField("Account number, where there are no IBANs", [Optional(), Length(max=60)])
    bank = StringField("Bank and branch, or BIC", [Optional(), Length(max=140)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Whoever says that the student has no place says who they are, and nothing else."""
        fine = super().validate(extra_validators)
        if self.answer.data == NO:
            for field in self:
                if field.name not in {"name", "position", "answer"}:
                    field.errors = []
            return not self.errors
        return fine

    def ask_for_file_again(self) -> "SchoolAnswerForm":
        """Say at its field that a file was lost, where the page comes back for another reason."""
        if self.errors and self.fee_note.data and not self.fee_note.errors:
            self.fee_note.errors = [AGAIN]
        return self

    @property
    def costs(self) -> list[MoneyField]:
        """The fields of the costs, in order."""
        return [field for field in self if field.name.startswith(COST)]

    @property
    def said(self) -> SchoolAnswer:
        """The whole answer."""
        amounts = {int(each.name.removeprefix(COST)): each.data.amount if each.data else 0 for each in self.costs}
        told = BankDetails(*(self[name].data or "" for name in BankDetails._fields))
        return SchoolAnswer(
            attends=self.answer.data == YES,
            name=self.name.data or "",
            position=self.position.data or "",
            level=self.level.data or "",
            since=self.since.data or "",
            amounts=amounts,
            fee_note=self.fee_note.data.read() if self.fee_note.data else None,
            bank=told if any(told) else None,
        )


def school_form(needs: Sequence[Need], **given: Any) -> SchoolAnswerForm:
    """A form with the amount of each cost as the student told it, to be confirmed or corrected."""
    costs = {f"{COST}{need.id}": MoneyField(f"{need.label}, {need.term}", [Optional()]) for need in needs}
    form: SchoolAnswerForm = type("CostsForm", (SchoolAnswerForm,), costs)(
        data={f"{COST}{need.id}": need.money for need in needs} | given
    )
    for need in needs:
        form[f"{COST}{need.id}"].for_currency(need.currency)
    return form

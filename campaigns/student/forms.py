"""The forms of the student's steps, and of those who vet. No step asks more than one group of questions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel import Locale
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from campaigns.kit import clock, crypto
from campaigns.kit.forms import Form, MoneyField, OnceForm
from campaigns.student.rules import Line, verdict_of
from campaigns.student.states import REASONS, NeedKind, Purpose, Reason, Verdict

OLDEST = 100
MOST_LINES = 20
# CLDR lists unions, islands of a neighbour and test codes among its territories.
NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
COUNTRIES = sorted(
    (name, code)
    for code, name in Locale("en").territories.items()
    if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
)
COUNTRY_CHOICES = [SelectChoice("", "Choose a country"), *(SelectChoice(code, name) for name, code in COUNTRIES)]
RELATIONS = ("mother", "father", "grandparent", "aunt or uncle", "older sister or brother", "legal guardian", "other")
KINDS = {
    NeedKind.TUITION: "School fees",
    NeedKind.BOOKS: "Books and writing material",
    NeedKind.TRANSPORT: "Transport",
    NeedKind.DEVICE: "Computer or phone",
    NeedKind.EXAM_FEES: "Exam fees",
    NeedKind.BOARDING: "Boarding or rent",
    NeedKind.UNIFORM: "Uniform",
    NeedKind.OTHER: "Something else",
}


def country_field(label: str, message: str) -> SelectField:
    """A list of all countries; choosing none of them is answered with the message."""
    return SelectField(label, [InputRequired(message)], choices=COUNTRY_CHOICES)


class EligibilityForm(OnceForm):
    """Three questions before anything personal."""

    enrolled = RadioField(
        "Are you enrolled at a school, or has one offered you a place?",
        [InputRequired("Tell us whether you have a place at a school.")],
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")],
        description="Money is paid to the school itself, never to a person. So there has to be a school.",
    )
    cannot_pay = RadioField(
        "Is there a cost this year that you and your family cannot pay?",
        [InputRequired("Tell us whether there is a cost you cannot pay.")],
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")],
        description="There is less money than there are students. It goes where it makes the difference.",
    )
    confirmed = RadioField(
        "Can somebody at the school confirm it?",
        [InputRequired("Tell us whether somebody at the school can confirm it.")],
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")],
        description="A teacher, the head or the office. Sponsors give because what we say has been checked.",
    )

    # The resume code is made from it, so it has to be one of ours, hard to guess.
    once = HiddenField(default=crypto.token, validators=[Length(min=40, message="Load this page again.")])

    @property
    def hindrances(self) -> list[str]:
        """The names of the questions that were answered with no."""
        return [field.name for field in (self.enrolled, self.cannot_pay, self.confirmed) if field.data == "no"]


class StepForm(Form):
    """A step that keeps what is right even where something else is wrong."""

    @property
    def right(self) -> dict[str, Any]:
        """What can be kept, by the names of the columns; an empty box empties the column."""
        return {
            field.name: field.data or None
            for field in self
            if not field.errors and field.name != "csrf_token"
        }


class AboutForm(StepForm):
    """Who the student is."""

    legal_name = StringField(
        "Your full name", [DataRequired("Enter your name as the school writes it."), Length(max=120)]
    )
    day = StringField("Day", [Optional(), Regexp(r"\d{1,2}", message="Enter the day in figures.")])
    month = StringField("Month", [Optional(), Regexp(r"\d{1,2}", message="Enter the month in figures.")])
    year = StringField("Year", [Optional(), Regexp(r"\d{4}", message="Enter the year with four figures.")])
    contact = StringField("Phone number or e-mail address", [Optional(), Length(max=120)])

    birth_date: date | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        """The three parts make a date on which somebody who goes to school can have been born."""
        fine = super().validate(extra_validators)
        if not (self.day.errors or self.month.errors or self.year.errors):
            try:
                self.birth_date = self._read_birth_date()
            except ValueError as problem:
                self.day.errors = [str(problem)]
        return fine and not self.day.errors

    def _read_birth_date(self) -> date:
        if not (self.day.data and self.month.data and self.year.data):
            raise ValueError("Enter the day, month and year of your birth.")
        try:
            born = date(int(self.year.data), int(self.month.data), int(self.day.data))
        except ValueError:
            raise ValueError("There is no such day; look at day and month again.") from None
        if not clock.today().year - OLDEST <= born.year <= clock.today().year - 3:
            raise ValueError("Look at the year of your birth again.")
        return born

    @property
    def right(self) -> dict[str, Any]:
        """Name, date and contact, those that are right."""
        kept = {name: value for name, value in super().right.items() if name in {"legal_name", "contact"}}
        return kept | ({"birth_date": self.birth_date} if self.birth_date else {})


class GuardianForm(StepForm):
    """Who cares for a minor."""

    guardian_name = StringField("Their full name", [DataRequired("Enter your guardian's name."), Length(max=120)])
    guardian_relation = SelectField(
        "Who they are to you",
        [InputRequired("Say who they are to you.")],
        choices=[SelectChoice("", "Choose"), *(SelectChoice(each, each.capitalize()) for each in RELATIONS)],
    )
    guardian_contact = StringField("Their phone number or e-mail address", [Optional(), Length(max=120)])


def _row_number(value: Any) -> int:
    number = int(value)
    if not 0 < number < 2**63:
        raise ValueError("no row has this number")
    return number


LEVEL = "Level and year"
LEVEL_MISSING = "Say what you are studying, such as Secondary, year 3."


class SchoolForm(StepForm):
    """A school of the list, and what is studied there."""

    school_id = RadioField(
        "Your school", [InputRequired("Choose your school.")], coerce=_row_number, choices=[], validate_choice=False
    )
    level = StringField(LEVEL, [DataRequired(LEVEL_MISSING), Length(max=80)])


class UnlistedSchoolForm(StepForm):
    """A school that is not in the list."""

    school_name = StringField("Name of the school", [DataRequired("Enter the name of your school."), Length(max=200)])
    school_country = country_field("Country of the school", "Choose the country of your school.")
    level = StringField(LEVEL, [DataRequired(LEVEL_MISSING), Length(max=80)])


class PlaceForm(StepForm):
    """Where the student lives, no closer than the region."""

    country = country_field("Country", "Choose the country you live in.")
    region = StringField("Region", [DataRequired("Enter your region, county or province."), Length(max=80)])


class LineForm(Form):
    """One cost. A line in which nothing was typed does not count."""

    class Meta(Form.Meta):
        """Its token is the one of the form around it."""

        csrf = False

    kind = SelectField("What for", choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()])
    label = StringField("Which one", [DataRequired("Say what it is, such as Fees of term 1."), Length(max=120)])
    amount = MoneyField("Amount", [DataRequired("Enter the amount.")])
    term = StringField("Term or year", [DataRequired("Say for which term or year."), Length(max=60)])

    @property
    def is_blank(self) -> bool:
        """Nothing was typed here."""
        return not (self.label.data or self.term.data or self.amount.typed)

    def validate(self, extra_validators: Any = None) -> bool:
        """A blank line is fine."""
        return self.is_blank or super().validate(extra_validators)

    @property
    def line(self) -> Line:
        """The cost; only of a line that is neither blank nor wrong."""
        return Line(NeedKind(self.kind.data), self.label.data or "", self.term.data or "", self.amount.data)


class NeedsForm(Form):
    """Several costs on one page; `add` and `remove` are buttons."""

    lines = FieldList(FormField(LineForm), min_entries=1, max_entries=MOST_LINES)

    def for_currency(self, currency: str) -> "NeedsForm":
        """Read and show amounts in this currency."""
        for entry in self.lines:
            entry.form.amount.for_currency(currency)
        return self

    def press(self, pressed: Mapping[str, str]) -> bool:
        """Take away the line whose `remove` was pressed; say whether any button but the last one was."""
        self.lines.entries = [entry for entry in self.lines.entries if entry.name != pressed.get("remove")]
        return "remove" in pressed or "add" in pressed

    def make_room(self, currency: str, *, add: bool) -> None:
        """Show an empty line where there is none, and one more where `add` was pressed."""
        if len(self.lines) < (MOST_LINES if add else 1):
            self.lines.append_entry().form.amount.for_currency(currency)

    @property
    def right(self) -> list[Line]:
        """The lines that can be kept."""
        return [entry.form.line for entry in self.lines if not entry.form.is_blank and not entry.form.errors]


class StoryForm(StepForm):
    """The student's own words."""

    story = TextAreaField(
        "Your story", [DataRequired("Write a few sentences."), Length(max=5000, message="Keep it under 5,000 letters.")]
    )


class AppearanceForm(StepForm):
    """The name under which the student appears: a suggested one, or another."""

    pick = RadioField("Choose an alias", choices=[], validate_choice=False)
    own = StringField(
        "Or write another one",
        [
            Optional(),
            Length(min=3, max=40, message="Use between 3 and 40 letters."),
            Regexp(r"[^\W\d_]+([ '’-][^\W\d_]+)*\Z", message="Use letters only, in one or several words."),
        ],
    )

    @property
    def right(self) -> dict[str, Any]:
        """The alias: what was written wins over what was picked."""
        alias = "" if self.own.errors else (self.own.data or self.pick.data or "")
        return {"alias": alias[:60]} if alias else {}


class Ticks(SelectMultipleField):
    """Several boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


PURPOSES = [SelectChoice(purpose.value, purpose.value) for purpose in Purpose]
NEEDED = "Nobody may read your application unless this is agreed."


class ConsentForm(Form):
    """What the student agrees to, and for a minor the guardian."""

    student = Ticks("You agree", choices=PURPOSES)
    guardian = Ticks("Your guardian agrees", choices=PURPOSES)

    def for_minor(self, minor: bool) -> "ConsentForm":
        """Ask for the guardian only where there has to be one; the application itself always needs consent."""
        self.student.validators = [*self.student.validators, _needs_apply]
        if minor:
            self.guardian.validators = [*self.guardian.validators, _needs_apply]
        else:
            del self.guardian
        return self

    def agreed(self, name: str) -> set[Purpose]:
        """What was ticked in one column; nothing where the column is not asked."""
        return {Purpose(value) for value in self._fields[name].data or ()} if name in self._fields else set()


def _needs_apply(_form: Form, field: Ticks) -> None:
    if Purpose.APPLY not in (field.data or ()):
        raise ValidationError(NEEDED)


class AnswerForm(StepForm):
    """An answer to what a vetter asked."""

    answer = TextAreaField("Your answer", [DataRequired("Write your answer."), Length(max=5000)])


class ResumeForm(Form):
    """The code that was written down."""

    code = StringField("Your code", [DataRequired("Enter your code.")])


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

    @property
    def verdict(self) -> Verdict:
        """What the reason amounts to."""
        return verdict_of(self.chosen)


class CheckForm(Form):
    """How an officer made sure of consent."""

    purposes = Ticks("What you have checked", [DataRequired("Tick what you have checked.")], choices=PURPOSES)
    how = StringField("How you made sure", [DataRequired("Say how you made sure."), Length(max=200)])


class WithdrawForm(Form):
    """An officer ends consent to one purpose."""

    purpose = SelectField("What ends", [AnyOf([purpose.value for purpose in Purpose])], choices=PURPOSES)


class ConfirmForm(Form):
    """A button only."""

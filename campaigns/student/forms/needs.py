"""What the student needs, several costs on one page."""

from collections.abc import Mapping
from typing import Any

from wtforms import FieldList, FormField, HiddenField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length

from campaigns.kit.forms import Form, MoneyField
from campaigns.student.rules import Line
from campaigns.student.states import NeedKind

MOST_LINES = 20
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


class LineForm(Form):
    """One cost. A line in which nothing was typed does not count."""

    class Meta(Form.Meta):
        """Its token is the one of the form around it."""

        csrf = False

    number = HiddenField()  # of the row, where the cost was kept before
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
        kind = NeedKind(self.kind.data)
        return Line(kind, self.label.data or "", self.term.data or "", self.amount.data, self.row)

    @property
    def row(self) -> int | None:
        """The number of the row, where the cost was kept before."""
        typed = self.number.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 19 else None


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
    def right(self) -> list[LineForm]:
        """The lines that can be kept."""
        return [entry.form for entry in self.lines if not entry.form.is_blank and not entry.form.errors]

    @property
    def wrong(self) -> set[int]:
        """The rows behind lines that are wrong now: what was kept before stays until they are right."""
        return {entry.form.row for entry in self.lines if entry.form.errors and entry.form.row}

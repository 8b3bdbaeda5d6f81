"""Papers: one at a time, later, or from the school."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import RadioField, SelectChoice, SelectField
from wtforms.validators import Optional

from campaigns.kit.forms import OnceForm
from campaigns.student.states import DocumentKind, Promise

PAPERS = {
    DocumentKind.FEE_NOTE: "Fee note or bill of the school",
    DocumentKind.ENROLMENT: "Letter that says you have a place",
    DocumentKind.REPORT: "Last school report",
    DocumentKind.OTHER: "Another paper",
}
PROMISES = {Promise.LATER: "I give it later", Promise.SCHOOL: "My school will send it"}
ASKED = (DocumentKind.FEE_NOTE, DocumentKind.ENROLMENT, DocumentKind.REPORT)
MISSING = "Choose the file: a PDF, or a photo of the paper."


def _promise(kind: DocumentKind) -> RadioField:
    return RadioField(
        PAPERS[kind], [Optional()], choices=[SelectChoice(promise.value, words) for promise, words in PROMISES.items()]
    )


class PapersForm(OnceForm):
    """A paper to add now, and how the others will come."""

    kind = SelectField("What it is", choices=[SelectChoice(kind.value, words) for kind, words in PAPERS.items()])
    paper = FileField("The file", description="A PDF, or a photo of the paper. Up to 10 MB.")
    fee_note = _promise(DocumentKind.FEE_NOTE)
    enrolment = _promise(DocumentKind.ENROLMENT)
    report = _promise(DocumentKind.REPORT)

    def needs_file(self) -> "PapersForm":
        """Say at the field that there is no file, where it was to be added."""
        if not self.paper.data:
            self.paper.errors = [*self.paper.errors, MISSING]
        return self

    def asking(self, kinds: set[DocumentKind]) -> "PapersForm":
        """Ask only how these will come; the others are here."""
        for kind in ASKED:
            if kind not in kinds:
                del self[kind.value]
        return self

    @property
    def open(self) -> list[Any]:
        """The fields of the papers that are not here."""
        return [self._fields[kind.value] for kind in ASKED if kind.value in self._fields]

    @property
    def promises(self) -> dict[DocumentKind, Promise | None]:
        """How those will come, as far as it was said and can be read."""
        return {
            DocumentKind(field.name): Promise(field.data) if field.data else None
            for field in self.open
            if not field.errors
        }

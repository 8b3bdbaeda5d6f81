"""What a school confirms: the place, each cost, its fee note, and where it is paid."""

from collections.abc import Mapping
from typing import NamedTuple

from campaigns.audit import rules as audit
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.student import queries
from campaigns.student.models import Application, ConfirmationRequest, NeedConfirmation, SchoolConfirmation
from campaigns.student.rules.documents import attach
from campaigns.student.rules.requests.accounts import BankDetails, propose
from campaigns.student.rules.requests.answer import take_up
from campaigns.student.states import DocumentKind, RequestKind, Source


class CostsChanged(Refused):
    """The student has changed the costs in the meantime. Load this page again; they are shown as they are now."""


class SchoolAnswer(NamedTuple):
    """What a school says. `amounts`: minor units by the cost line's number, 0 for what it does not charge."""

    attends: bool
    name: str
    position: str
    level: str = ""
    since: str = ""
    amounts: Mapping[int, int] = {}
    fee_note: bytes | None = None
    bank: BankDetails | None = None


def confirm_enrolment(token: str, answer: SchoolAnswer) -> None:
    """Keep a school's answer: one effect however often it is sent.

    Raises LinkSpent, CostsChanged, PaperRefused, BadIban and the like.
    """
    application, request = take_up(RequestKind.SCHOOL, token)
    said = {"attends": answer.attends, "name": answer.name, "position": answer.position}
    detail = {"level": answer.level or None, "since": answer.since or None} if answer.attends else {}
    db.session.add(
        SchoolConfirmation(
            application_id=application.id, request_id=request.id, school_id=request.school_id, **said, **detail
        )
    )
    if answer.attends:
        _confirm_costs(application, request, answer)
    audit.record(None, "request.school_answered", request, application=application.id, attends=answer.attends)


def _confirm_costs(application: Application, request: ConfirmationRequest, answer: SchoolAnswer) -> None:
    needs = db.session.scalars(queries.needs_of(application.id)).all()
    if {need.id for need in needs} != set(answer.amounts):
        raise CostsChanged()
    for need in needs:
        amounts = {"asked": need.amount, "confirmed": answer.amounts[need.id], "currency": need.currency}
        db.session.add(NeedConfirmation(request_id=request.id, need_id=need.id, **amounts))
    if application.school_id is None:  # the student typed a name; this one of the list says they attend
        application.school_id, application.school_name, application.school_country = request.school_id, None, None
    if answer.fee_note:
        attach(application, answer.fee_note, DocumentKind.FEE_NOTE, Source.SCHOOL)
    if answer.bank:
        propose(application, request, answer.bank)

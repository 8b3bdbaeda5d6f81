"""How support ends: the student leaves, goes to another school, or has reached what it was for."""

from dataclasses import dataclass
from datetime import date

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.student import queries
from campaigns.student.models import Application, Outcome
from campaigns.student.rules import consent
from campaigns.student.rules.documents import attach
from campaigns.student.states import DocumentKind, OutcomeKind, Purpose, Source, Stage


class NothingToApprove(Refused):
    """There are no words of the student that wait for an officer."""


class NotYet(Refused):
    """This day has not come yet."""

    field = "reached_on"


@dataclass(frozen=True)
class Reached:
    """What is told of an outcome; `words` are the student's own, `proof` an uploaded paper."""

    kind: OutcomeKind
    on: date
    words: str = ""
    school_confirmed: bool = False
    proof: bytes | None = None


def depart(application: Application, *, by: User) -> None:
    """A supported student is gone: every consent ends. For the rules of departures, which ask for the permission.

    Raises IllegalMove where the student is not supported.
    """
    application = db.session.scalars(queries.locked(application.id)).one()
    application.move_to(Stage.LEFT)
    for purpose in Purpose:
        consent.withdraw(application, purpose, by=None)
    audit.record(by, "application.departed", application)


def change_school(application: Application, school: Organisation, *, by: User) -> None:
    """The student is at another school from now on. For the rules of departures, which ask for the permission."""
    application = db.session.scalars(queries.locked(application.id)).one()
    application.school_id, application.school_name, application.school_country = school.id, None, None
    audit.record(by, "application.school_changed", application)


def complete(application: Application, reached: Reached, *, by: User) -> Outcome:
    """Support has reached its end: note what came of it. The student's own words wait for an officer.

    Raises NotAllowed, IllegalMove where the student is not supported, NotYet, PaperRefused.
    """
    access.require(by, Action.RECORD_OUTCOME, application)
    if reached.on > clock.today():
        raise NotYet()
    application = db.session.scalars(queries.locked(application.id)).one()
    application.move_to(Stage.COMPLETED)
    paper = reached.proof and attach(application, reached.proof, DocumentKind.REPORT, Source.TEAM, by=by)
    outcome = Outcome(
        application_id=application.id,
        organisation_id=application.organisation_id,
        kind=reached.kind,
        reached_on=reached.on,
        words=reached.words or None,
        school_confirmed=reached.school_confirmed,
        document_id=paper.id if paper else None,
        recorded_by_id=by.id,
    )
    db.session.add(outcome)
    audit.record(by, "application.completed", application, kind=reached.kind.value)
    return outcome


def approve_outcome(outcome: Outcome, *, by: User) -> None:
    """Let those sponsors read the student's own words whom the student lets hear of it.

    Raises NotAllowed (who recorded it), NothingToApprove.
    """
    access.require(by, Action.APPROVE_OUTCOME, outcome)
    if outcome.words_sealed is None or outcome.approved_at is not None:
        raise NothingToApprove()
    outcome.approved_by_id, outcome.approved_at = by.id, clock.now()
    audit.record(by, "application.outcome_approved", outcome)

"""The team's side: two different people approve, or two decline; one of each waits for a third."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns import access
from campaigns.access import Action
from campaigns.account import rules as accounts
from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind
from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.student import queries
from campaigns.student.models import Application, Decision, Identity, Question
from campaigns.student.rules import tell
from campaigns.student.states import REASONS, Reason, Stage, Verdict

NEEDED = 2


class AlreadyDecided(Refused):
    """You, or an account with the same address, have already decided on this application."""


class NotInReview(Refused):
    """This application is not in review, so there is nothing to decide."""


class ReasonDoesNotFit(Refused):
    """Choose one of the reasons."""

    field = "reason"


def take_into_review(application: Application, *, by: User) -> None:
    """Begin to check an application that was sent, or look again at one that was declined.

    Raises NotAllowed (also for one who declined it), IllegalMove.
    """
    application = _locked(application)
    access.require(by, Action.VET, application)
    again = application.stage is Stage.DECLINED
    application.move_to(Stage.IN_REVIEW)
    if again:
        application.round += 1
        application.decided_at = None
    audit.record(by, "application.in_review", application, round=application.round)


def ask(application: Application, question: str, *, by: User) -> None:
    """Send the application back to the student with a question; decisions start anew once it is answered.

    Raises NotAllowed, IllegalMove.
    """
    application = _locked(application)
    access.require(by, Action.ASK_APPLICANT, application)
    application.move_to(Stage.MORE_INFO)
    application.questions.append(Question(application_id=application.id, asked_by_id=by.id, text=question))
    audit.record(by, "application.more_info", application, round=application.round)
    tell.student(application)


def decide(application: Application, reason: Reason, *, note: str = "", by: User) -> None:
    """Approve or decline, as the reason says. Two approvals approve, two declines decline, else a third decides.

    Raises NotAllowed (the applicant, one who decided, their twin), NotInReview, AlreadyDecided.
    """
    application = _locked(application)
    access.require(by, Action.VET, application)
    if application.stage is not Stage.IN_REVIEW:
        raise NotInReview()
    verdict = verdict_of(reason)
    _vote(application, Decision(application_id=application.id, verdict=verdict, reason=reason, note=note), by)
    audit.record(by, f"application.vote_{verdict.value}", application, round=application.round, reason=reason.value)
    _settle(application, verdict, by)


def verdict_of(reason: Reason) -> Verdict:
    """The verdict that a reason belongs to."""
    return next(verdict for verdict, reasons in REASONS.items() if reason in reasons)


def _vote(application: Application, decision: Decision, by: User) -> None:
    decision.round = application.round
    decision.voter_id = by.id
    decision.voter_email = by.email_canonical
    decision.applicant_user_id = application.applicant_user_id
    try:
        with db.session.begin_nested():
            application.decisions.append(decision)
            db.session.flush()
    except IntegrityError as error:
        raise AlreadyDecided() from error


def _settle(application: Application, verdict: Verdict, by: User) -> None:
    agreeing = [decision for decision in application.current_decisions if decision.verdict is verdict]
    if len(agreeing) < NEEDED:
        return
    application.move_to(Stage.APPROVED if verdict is Verdict.APPROVE else Stage.DECLINED)
    application.decided_at = clock.now()
    if verdict is Verdict.APPROVE:
        _list_school(application, by)
    audit.record(by, f"application.{application.stage.value}", application, round=application.round)
    tell.student(application)


def _list_school(application: Application, by: User) -> None:
    """Two people have checked the school that the student named: it is one of the list from now on."""
    if application.school_id is not None or not application.school_name:
        return
    name, country = application.school_name, application.school_country
    same = sa.select(Organisation).where(
        Organisation.kind == OrganisationKind.SCHOOL,
        sa.func.lower(Organisation.name) == name.lower(),
        Organisation.country == country,
    )
    school = db.session.scalars(same.order_by(Organisation.id).limit(1)).first()
    if school is None:
        school = accounts.create_organisation(OrganisationKind.SCHOOL, name, country=country, by=by)
    application.school = school


def read_identity(application: Application, *, by: User) -> Identity:
    """Who the student is, for one who vets; that it was read is noted. Raises NotAllowed, ReauthenticationNeeded."""
    access.require(by, Action.SEE_IDENTITY, application)
    audit.record(by, "application.identity_read", application)
    return db.session.scalars(queries.identity_of(application.id)).one()


def support(application: Application, *, by: User) -> None:
    """Note that a campaign has taken up this student's needs; nothing happens where one did before.

    For the rules of campaigns, which ask for the permission. Raises IllegalMove where it is not approved.
    """
    if application.stage is Stage.SUPPORTED:
        return
    application.move_to(Stage.SUPPORTED)
    audit.record(by, "application.supported", application)


def _locked(application: Application) -> Application:
    return db.session.scalars(queries.locked(application.id)).one()

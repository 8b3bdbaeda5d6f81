"""Beginning to check, asking for more, looking at who it is, and taking up by a campaign."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.kit import db
from campaigns.student import queries
from campaigns.student.models import Application, Identity, Question
from campaigns.student.rules import tell
from campaigns.student.rules.vetting import conflicts, staff
from campaigns.student.rules.vetting.base import locked
from campaigns.student.states import SCORED, ConflictKind, Stage


def take_into_review(application: Application, *, by: User) -> None:
    """Begin to check an application that was sent: two vetters are asked to score it.

    Raises NotAllowed, IllegalMove.
    """
    application = locked(application)
    conflicts.find(application)  # first, because what comes to light may be about them
    access.require(by, Action.DECIDE_APPLICATION, application)
    application.move_to(Stage.IN_REVIEW)
    audit.record(by, "application.in_review", application, round=application.round)
    staff.refill(application)


def ask(application: Application, question: str, *, by: User) -> None:
    """Send the application back to the student with a question; scoring starts anew once it is answered.

    Raises NotAllowed, IllegalMove.
    """
    application = locked(application)
    access.require(by, Action.ASK_APPLICANT, application)
    application.move_to(Stage.MORE_INFO)
    application.score = application.recommended = None
    application.questions.append(Question(application_id=application.id, asked_by_id=by.id, text=question))
    audit.record(by, "application.more_info", application, round=application.round)
    tell.student(application)


def read_identity(application: Application, *, by: User) -> Identity:
    """Who the student is, for one who vets; that it was read is noted, and whoever read it scores it no more.

    Raises NotAllowed, ReauthenticationNeeded.
    """
    application = locked(application)
    access.require(by, Action.SEE_IDENTITY, application)
    audit.record(by, "application.identity_read", application)
    keep_from_scoring(application, by)
    return db.session.scalars(queries.identity_of(application.id)).one()


def keep_from_scoring(application: Application, person: User) -> None:
    """This person has learnt who the student is; what they have scored before counts as it is."""
    if application.stage is Stage.SUBMITTED or application.stage in SCORED:
        conflicts.note(application, person, ConflictKind.SAW_IDENTITY)
        staff.refill(application)


def support(application: Application, *, by: User) -> None:
    """Note that a campaign has taken up this student's needs; nothing happens where one did before.

    For the rules of campaigns, which ask for the permission. Raises IllegalMove where it is not approved.
    """
    if application.stage is Stage.SUPPORTED:
        return
    application.move_to(Stage.SUPPORTED)
    audit.record(by, "application.supported", application)

"""Saying once that something was overlooked."""

from sqlalchemy.exc import IntegrityError

from campaigns.audit import rules as audit
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.student.models import Appeal, Application
from campaigns.student.rules.vetting import conflicts, staff
from campaigns.student.rules.vetting.base import locked
from campaigns.student.states import Stage


class NoAppeal(Refused):
    """This cannot be appealed against, or not any more."""


def appeal(application: Application, text: str) -> None:
    """Bring a declined application before a second panel, with what the student says about it.

    Two people are asked who have neither scored nor decided it before. Raises NoAppeal.
    """
    application = locked(application)
    if application.appeal_until is None:
        raise NoAppeal()
    try:
        with db.session.begin_nested():
            application.appeal = Appeal(application_id=application.id, round=application.round, text=text)
            db.session.flush()
    except IntegrityError as error:
        raise NoAppeal() from error
    application.round += 1
    application.score = application.recommended = application.decided_at = None
    application.move_to(Stage.APPEALED)
    audit.record(None, "application.appealed", application, round=application.round)
    conflicts.find(application)
    staff.refill(application)

"""Requests that nobody answers: one reminder, then their end."""

from datetime import timedelta

from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.kit.queue import sweep
from campaigns.student import queries
from campaigns.student.models import Application, ConfirmationRequest
from campaigns.student.rules.requests.send import new_link
from campaigns.student.states import RequestState

REMINDED_AFTER = timedelta(days=7)
BATCH = 100


@sweep
def look_after() -> None:
    """Expire what is past its time, and remind once of what has waited a week; one request a transaction."""
    for number, application_id in db.session.execute(queries.past_due().limit(BATCH)).all():
        db.session.commit()
        with db.transaction():
            _expire(application_id, number)
    for number, application_id in db.session.execute(
        queries.to_remind(clock.now() - REMINDED_AFTER).limit(BATCH)
    ).all():
        db.session.commit()
        with db.transaction():
            _remind(application_id, number)


def _locked(application_id: int, number: int) -> tuple[Application, ConfirmationRequest]:
    application = db.session.scalars(queries.locked(application_id)).one()
    return application, db.session.scalars(queries.request_locked(number)).one()


def _expire(application_id: int, number: int) -> None:
    _, request = _locked(application_id, number)
    if request.state is RequestState.OPEN and request.expires_at <= clock.now():
        request.move_to(RequestState.EXPIRED)
        audit.record(None, "request.expired", request, application=application_id)


def _remind(application_id: int, number: int) -> None:
    application, request = _locked(application_id, number)
    if request.state is not RequestState.OPEN or request.reminded_at is not None:
        return
    request.reminded_at = clock.now()
    if request.email:
        new_link(application, request, reminder=True)

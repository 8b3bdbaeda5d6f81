"""Consent given by the student and by a guardian."""

from collections.abc import Collection
from datetime import timedelta

from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.student import queries
from campaigns.student.models import Application, Identity
from campaigns.student.rules.consent.record import Giver, record, withdraw
from campaigns.student.rules.consent.standing import Standing, standings
from campaigns.student.states import (
    EDITABLE,
    FUNDABLE,
    OPEN,
    ConsentEvent,
    Purpose,
    RequestKind,
    RequestState,
)


class Closed(Refused):
    """This application is closed."""


def give(application: Application, student: Collection[Purpose], guardian: Collection[Purpose]) -> None:
    """Take down what the student, and for a minor the guardian, agree to from now on; all else is withdrawn.

    What stands unchanged leaves no new event, so that a check of it goes on holding. A guardian who has answered by
    their own link is not spoken for here. Raises Closed, NoGiver.
    """
    application = db.session.scalars(queries.locked(application.id)).one()
    if application.stage not in EDITABLE | OPEN | FUNDABLE or application.with_helper:
        raise Closed()
    identity = db.session.scalars(queries.identity_of(application.id)).one()
    application.is_minor = identity.is_minor
    by_link = guardian_answered(application)
    for purpose, now in standings(application).items():
        agrees = now.guardian and (purpose in student or not now.student) if by_link else purpose in guardian
        wanted = (purpose in student, agrees and application.is_minor)
        if (now.student, now.guardian and application.is_minor) != wanted:
            _take_down(application, identity, now, *wanted)


def guardian_answered(application: Application) -> bool:
    """Whether a guardian has answered by a link of their own: from then on nobody ticks for them."""
    return _guardian_is(RequestState.ANSWERED, application)


def guardian_asked(application: Application) -> bool:
    """Whether a guardian has a link of their own and has not answered yet."""
    return _guardian_is(RequestState.OPEN, application)


def _guardian_is(state: RequestState, application: Application) -> bool:
    wanted = (RequestKind.GUARDIAN, state)
    return any((request.kind, request.state) == wanted for request in application.requests)


def _take_down(application: Application, identity: Identity, now: Standing, student: bool, guardian: bool) -> None:
    if (now.student and not student) or (now.guardian and not guardian):
        withdraw(application, now.purpose, by=None)
        now = Standing(now.purpose)
    if student and not now.student:
        record(application, identity, now.purpose, ConsentEvent.GIVEN, by_guardian=False)
    if guardian and not now.guardian:
        record(application, identity, now.purpose, ConsentEvent.GIVEN, by_guardian=True)


def agree_as_guardian(application: Application, purposes: Collection[Purpose], giver: Giver) -> None:
    """Take down what a guardian agrees to by their own link; what they agreed to before and do not now, ends.

    `application` is locked. Raises Closed where the student is of age.
    """
    identity = db.session.scalars(queries.identity_of(application.id)).one()
    if not identity.is_minor:
        raise Closed()
    for purpose, now in standings(application).items():
        if purpose in purposes:
            record(application, identity, purpose, ConsentEvent.GIVEN, by_guardian=True, giver=giver)
        elif now.guardian:
            record(application, identity, purpose, ConsentEvent.WITHDRAWN, by_guardian=True, giver=giver)


def renew(application: Application, student: Collection[Purpose], guardian: Collection[Purpose]) -> None:
    """Take down that the student, and for a minor the guardian, agree for another year; all else stays as it was.

    What somebody has agreed to within the last day leaves no new event. Raises Closed, NoGiver.
    """
    application = db.session.scalars(queries.locked(application.id)).one()
    if application.stage not in OPEN | FUNDABLE:
        raise Closed()
    identity = db.session.scalars(queries.identity_of(application.id)).one()
    lately = clock.now() - timedelta(days=1)
    for purpose, now in standings(application).items():
        if purpose in student and (now.student_at is None or now.student_at < lately):
            record(application, identity, purpose, ConsentEvent.GIVEN, by_guardian=False)
        if purpose in guardian and identity.is_minor and (now.guardian_at is None or now.guardian_at < lately):
            record(application, identity, purpose, ConsentEvent.GIVEN, by_guardian=True)

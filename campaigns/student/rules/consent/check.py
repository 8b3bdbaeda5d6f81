"""An officer's check of consent."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.student import queries
from campaigns.student.models import Application, Identity
from campaigns.student.rules.consent.record import majority_of, record
from campaigns.student.rules.consent.standing import Standing, standings
from campaigns.student.states import (
    FUNDABLE,
    ConsentEvent,
    Purpose,
)

ASKED_BEFORE = timedelta(days=60)
"""How long before they come of age students are asked to agree themselves."""


class NotAgreed(Refused):
    """The student, or for a minor the guardian, has not agreed to this, so there is nothing to check."""

    field = "purposes"


class TooEarly(Refused):
    """Consent is checked once an application is approved."""


def check(application: Application, purposes: Collection[Purpose], *, how: str, by: User) -> None:
    """Note that an officer has made sure, and `how`, that those who gave these consents are who they say.

    Raises NotAllowed, TooEarly, NotAgreed.
    """
    access.require(by, Action.CHECK_CONSENT, application)
    application = db.session.scalars(queries.locked(application.id)).one()
    if application.stage not in FUNDABLE:
        raise TooEarly()
    identity = db.session.scalars(queries.identity_of(application.id)).one()
    now = standings(application)
    for purpose in purposes:
        standing, own = now[purpose], agreed_for_adulthood(now[purpose], identity)
        if not standing.given(minor=identity.is_minor) or not (identity.is_minor or own):
            raise NotAgreed()
        _checked(application, identity, standing, how, by, by_guardian=identity.is_minor)
        if identity.is_minor and own and standing.guardian_until == majority_of(identity):
            # What the student has agreed to for the time after goes on when the guardian's word ends.
            _checked(application, identity, replace(standing, guardian_until=None), how, by, by_guardian=False)


def _checked(
    application: Application, identity: Identity, standing: Standing, how: str, by: User, *, by_guardian: bool
) -> None:
    event = record(application, identity, standing.purpose, ConsentEvent.CHECKED, by_guardian=by_guardian, by=by)
    event.checked_how = how
    event.expires_at = standing.expires_at or event.expires_at


def agreed_for_adulthood(standing: Standing, identity: Identity) -> bool:
    """Whether the student's own word was given of age, or in the weeks before, when they were asked for it."""
    majority = majority_of(identity)
    if standing.student_at is None or majority is None:
        return standing.student_at is not None
    return standing.student_at >= majority - ASKED_BEFORE

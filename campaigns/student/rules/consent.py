"""Consent: given by the student (and a minor's guardian), checked by an officer, withdrawn at once by either."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import Refused
from campaigns.student import queries
from campaigns.student.models import Application, Consent, Identity
from campaigns.student.states import (
    EDITABLE,
    FUNDABLE,
    OPEN,
    Channel,
    ConsentEvent,
    Purpose,
    RequestKind,
    RequestState,
)
from campaigns.student.wordings import WORDINGS

LASTS = timedelta(days=365)
ASKED_BEFORE = timedelta(days=60)
"""How long before they come of age students are asked to agree themselves."""


class NoConsent(Refused):
    """Consent to this is missing, not checked yet, withdrawn or has run out."""


class NotAgreed(Refused):
    """The student, or for a minor the guardian, has not agreed to this, so there is nothing to check."""

    field = "purposes"


class TooEarly(Refused):
    """Consent is checked once an application is approved."""


class Closed(Refused):
    """This application is closed."""


class NoGiver(Refused):
    """Fill in who you are (and who your guardian is) first: consent needs a name."""


@dataclass(frozen=True)
class Giver:
    """A guardian who speaks for themselves, by a link of their own: name and relation as they wrote them."""

    name: str
    relation: str
    channel: Channel


@dataclass(frozen=True)
class Standing:
    """Where consent to one purpose stands now."""

    purpose: Purpose
    student_at: datetime | None = None
    student_until: datetime | None = None
    guardian_at: datetime | None = None
    guardian_until: datetime | None = None
    checked: bool = False
    channel: Channel | None = None  # by which the guardian's consent came

    @property
    def student(self) -> bool:
        """Whether the student has agreed."""
        return self.student_until is not None

    @property
    def guardian(self) -> bool:
        """Whether the guardian has."""
        return self.guardian_until is not None

    @property
    def expires_at(self) -> datetime | None:
        """When the first of them ends."""
        return min((until for until in (self.student_until, self.guardian_until) if until), default=None)

    def given(self, *, minor: bool) -> bool:
        """Whether all have agreed who must."""
        return self.student and (self.guardian or not minor)

    def after(self, event: Consent) -> "Standing":
        """The standing once this event has happened too; any withdrawal ends all that was given before."""
        if event.event is ConsentEvent.WITHDRAWN:
            return Standing(self.purpose)
        if event.expires_at <= clock.now():
            return self
        if event.event is ConsentEvent.CHECKED:
            return replace(self, checked=True)
        if event.by_guardian:
            return replace(self, guardian_at=event.at, guardian_until=event.expires_at, channel=event.channel)
        return replace(self, student_at=event.at, student_until=event.expires_at)


def standings(application: Application) -> dict[Purpose, Standing]:
    """Where consent stands for each purpose."""
    found = {purpose: Standing(purpose) for purpose in Purpose}
    for event in db.session.scalars(queries.consents_of(application.id)):
        found[event.purpose] = found[event.purpose].after(event)
    return found


def has_consent(application_ids: Collection[int], purpose: Purpose) -> bool:
    """Whether consent to this holds now for every one of these applications."""
    wanted = set(application_ids)
    return wanted == set(db.session.scalars(queries.has_consent(wanted, purpose)))


def require_consent(application_ids: Collection[int], purpose: Purpose) -> None:
    """Return quietly where consent holds for every application, and let no withdrawal overtake this transaction.

    Raises NoConsent.
    """
    ids = sorted(set(application_ids))
    db.session.execute(
        sa.select(Application.id).where(Application.id.in_(ids)).order_by(Application.id).with_for_update()
    )
    if not has_consent(ids, purpose):
        raise NoConsent()


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


def agree_as_guardian(application: Application, purposes: Collection[Purpose], giver: Giver) -> None:
    """Take down what a guardian agrees to by their own link; what they agreed to before and do not now, ends.

    `application` is locked. Raises Closed where the student is of age.
    """
    identity = db.session.scalars(queries.identity_of(application.id)).one()
    if not identity.is_minor:
        raise Closed()
    for purpose, now in standings(application).items():
        if purpose in purposes:
            _record(application, identity, purpose, ConsentEvent.GIVEN, by_guardian=True, giver=giver)
        elif now.guardian:
            _record(application, identity, purpose, ConsentEvent.WITHDRAWN, by_guardian=True, giver=giver)


def _take_down(application: Application, identity: Identity, now: Standing, student: bool, guardian: bool) -> None:
    if (now.student and not student) or (now.guardian and not guardian):
        withdraw(application, now.purpose, by=None)
        now = Standing(now.purpose)
    if student and not now.student:
        _record(application, identity, now.purpose, ConsentEvent.GIVEN, by_guardian=False)
    if guardian and not now.guardian:
        _record(application, identity, now.purpose, ConsentEvent.GIVEN, by_guardian=True)


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
        if identity.is_minor and own and standing.guardian_until == _majority(identity):
            # What the student has agreed to for the time after goes on when the guardian's word ends.
            _checked(application, identity, replace(standing, guardian_until=None), how, by, by_guardian=False)


def _checked(
    application: Application, identity: Identity, standing: Standing, how: str, by: User, *, by_guardian: bool
) -> None:
    event = _record(application, identity, standing.purpose, ConsentEvent.CHECKED, by_guardian=by_guardian, by=by)
    event.checked_how = how
    event.expires_at = standing.expires_at or event.expires_at


def agreed_for_adulthood(standing: Standing, identity: Identity) -> bool:
    """Whether the student's own word was given of age, or in the weeks before, when they were asked for it."""
    majority = _majority(identity)
    if standing.student_at is None or majority is None:
        return standing.student_at is not None
    return standing.student_at >= majority - ASKED_BEFORE


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
            _record(application, identity, purpose, ConsentEvent.GIVEN, by_guardian=False)
        if purpose in guardian and identity.is_minor and (now.guardian_at is None or now.guardian_at < lately):
            _record(application, identity, purpose, ConsentEvent.GIVEN, by_guardian=True)


def withdraw(application: Application, purpose: Purpose, *, by: User | None, guardian: Giver | None = None) -> None:
    """End consent to this at once: by the student or guardian through the code (`by` None), by the `guardian` through
    their own link, or by an officer.

    Nothing happens where none was given. Raises NotAllowed.
    """
    if by is not None:
        access.require(by, Action.CHECK_CONSENT, application)
    db.session.scalars(queries.locked(application.id)).one()
    now = standings(application)[purpose]
    if not (now.student or now.guardian):
        return
    identity = db.session.scalars(queries.identity_of(application.id)).one()
    by_guardian = guardian is not None
    _record(application, identity, purpose, ConsentEvent.WITHDRAWN, by_guardian=by_guardian, by=by, giver=guardian)


def _record(
    application: Application,
    identity: Identity,
    purpose: Purpose,
    event: ConsentEvent,
    *,
    by_guardian: bool,
    by: User | None = None,
    giver: Giver | None = None,
) -> Consent:
    name = identity.guardian_name if by_guardian else identity.legal_name
    relation = identity.guardian_relation if by_guardian else "self"
    if giver is not None:
        name, relation = giver.name, giver.relation
    if not name or not relation:
        raise NoGiver()
    wording = WORDINGS[purpose].guardian if by_guardian else WORDINGS[purpose].student
    audit.record(by, f"consent.{event.value}", application, purpose=purpose.value, by_guardian=by_guardian)
    taken_down = Consent(
        application_id=application.id,
        purpose=purpose,
        event=event,
        by_guardian=by_guardian,
        giver_name=name,
        relation=relation,
        channel=giver.channel if giver else Channel.TOGETHER,
        recorded_by_id=by.id if by else None,
        wording=wording,
        wording_hash=crypto.digest(wording),
        expires_at=_expiry(identity, by_guardian),
    )
    db.session.add(taken_down)
    return taken_down


def _expiry(identity: Identity, by_guardian: bool) -> datetime:
    """A year on; a guardian's consent ends when the student comes of age."""
    latest, majority = clock.now() + LASTS, _majority(identity)
    return min(latest, majority) if by_guardian and majority else latest


def _majority(identity: Identity) -> datetime | None:
    return datetime.combine(identity.comes_of_age, time(), UTC) if identity.comes_of_age else None

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
    student: bool = False
    guardian: bool = False
    checked: bool = False
    expires_at: datetime | None = None
    channel: Channel | None = None  # by which the guardian's consent came

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
        expires_at = min(event.expires_at, self.expires_at or event.expires_at)
        if event.by_guardian:
            return replace(self, guardian=True, expires_at=expires_at, channel=event.channel)
        return replace(self, student=True, expires_at=expires_at)


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
    wanted = (RequestKind.GUARDIAN, RequestState.ANSWERED)
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
        if not now[purpose].given(minor=identity.is_minor):
            raise NotAgreed()
        event = _record(application, identity, purpose, ConsentEvent.CHECKED, by_guardian=identity.is_minor, by=by)
        event.checked_how = how
        event.expires_at = now[purpose].expires_at or event.expires_at


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
    latest = clock.now() + LASTS
    if by_guardian and identity.comes_of_age:
        return min(latest, datetime.combine(identity.comes_of_age, time(), UTC))
    return latest

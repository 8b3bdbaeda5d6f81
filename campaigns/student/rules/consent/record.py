"""One step in the trail of consent."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import Refused
from campaigns.student import queries
from campaigns.student.models import Application, Consent, Identity
from campaigns.student.rules.consent.standing import standings
from campaigns.student.states import (
    Channel,
    ConsentEvent,
    Purpose,
)
from campaigns.student.wordings import WORDINGS

LASTS = timedelta(days=365)


class NoGiver(Refused):
    """Fill in who you are (and who your guardian is) first: consent needs a name."""


@dataclass(frozen=True)
class Giver:
    """A guardian who speaks for themselves, by a link of their own: name and relation as they wrote them."""

    name: str
    relation: str
    channel: Channel


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
    record(application, identity, purpose, ConsentEvent.WITHDRAWN, by_guardian=by_guardian, by=by, giver=guardian)


def record(
    application: Application,
    identity: Identity,
    purpose: Purpose,
    event: ConsentEvent,
    *,
    by_guardian: bool,
    by: User | None = None,
    giver: Giver | None = None,
) -> Consent:
    """Add a step to the trail, with who took it and the words that they saw; for rules that have asked for the right.

    Raises NoGiver.
    """
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
    latest, majority = clock.now() + LASTS, majority_of(identity)
    return min(latest, majority) if by_guardian and majority else latest


def majority_of(identity: Identity) -> datetime | None:
    """The moment in which a student comes of age; None where the day of birth is not known."""
    return datetime.combine(identity.comes_of_age, time(), UTC) if identity.comes_of_age else None

"""Conflicts of interest: found, declared, and overruled where a name is a coincidence."""

from collections.abc import Collection

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed, Refused
from campaigns.student import queries
from campaigns.student.models import Application, Conflict, Interest, Party
from campaigns.student.rules.vetting import parties, staff
from campaigns.student.rules.vetting.base import locked
from campaigns.student.states import DECLARABLE, ConflictKind, InterestKind


class NotACoincidence(Refused):
    """Only a family name can be a coincidence; every other reason stands."""


class NothingTold(Refused):
    """Enter a telephone number with all its digits, or an e-mail address."""

    field = "contact"


def find(application: Application) -> None:
    """Note every conflict that can be found among those who could vet it; what stands already stays as it is."""
    people = db.session.scalars(access.holders(Action.VET, application.organisation_id)).all()
    around = parties.around(application, people)
    for person in people:
        for kind in around.kinds(person):
            note(application, person, kind)


def note(application: Application, person: User, kind: ConflictKind, *, said: str | None = None) -> None:
    """Keep somebody out for this reason; a second time changes nothing."""
    if any(each.user_id == person.id and each.kind is kind for each in application.conflicts):
        return
    application.conflicts.append(Conflict(application_id=application.id, user_id=person.id, kind=kind, note=said))
    audit.record(None, "application.conflict", application, kind=kind.value, user=person.id)


def has_part(application: Application, kind: ConflictKind, fingerprints: Collection[str]) -> None:
    """Somebody is the student's referee, or has entered the application for them: they never vet it.

    `fingerprints` are those of `parties.contact_print` over their addresses.
    """
    application = locked(application)
    for fingerprint in fingerprints:
        row = {"application_id": application.id, "kind": kind, "fingerprint": fingerprint}
        made = db.insert(Party).values(**row).on_conflict_do_nothing()
        db.session.execute(made)
    find(application)
    staff.refill(application)


def declare(application: Application, kind: ConflictKind, said: str, *, by: User) -> None:
    """Keep out of an application from now on, and say why; somebody else is asked to score. Raises NotAllowed."""
    application = locked(application)
    access.require(by, Action.SEE_APPLICATIONS, application)
    if kind not in DECLARABLE:
        raise NotAllowed()
    note(application, by, kind, said=said or None)
    staff.refill(application)


def overrule(application: Application, conflict_id: int, why: str, *, by: User) -> None:
    """Let somebody vet although they have the student's family name, because they are not related.

    Raises NotAllowed (also for the person themselves), NotACoincidence.
    """
    application = locked(application)
    access.require(by, Action.OVERRULE_CONFLICT, application)
    found = next((each for each in application.conflicts if each.id == conflict_id), None)
    if found is None or found.user_id == by.id:
        raise NotAllowed("Somebody else has to judge that.")
    if found.kind is not ConflictKind.FAMILY_NAME:
        raise NotACoincidence()
    found.overruled_by_id, found.overruled_at, found.overruled_why = by.id, clock.now(), why
    audit.record(by, "application.conflict_overruled", application, user=found.user_id)
    staff.refill(application)


# ---- What a vetter tells once ----


def tell_school(school: Organisation, *, by: User) -> None:
    """I work at this school, or have a part in it."""
    _tell(by, InterestKind.SCHOOL, school_id=school.id)


def tell_domain(domain: str, *, by: User) -> None:
    """Whoever writes from this mail domain is close to me."""
    _tell(by, InterestKind.DOMAIN, fingerprint=parties.domain_print(domain))


def tell_contact(contact: str, *, by: User) -> None:
    """This telephone number or address is my household's. Raises NothingTold."""
    fingerprint = parties.contact_print(contact)
    if fingerprint is None:
        raise NothingTold()
    _tell(by, InterestKind.CONTACT, fingerprint=fingerprint)


def tell_place(country: str, region: str, *, by: User) -> None:
    """My family lives in this region."""
    _tell(by, InterestKind.PLACE, fingerprint=parties.place_print(country, region))


def _tell(by: User, kind: InterestKind, *, school_id: int | None = None, fingerprint: str | None = None) -> None:
    row = {"user_id": by.id, "kind": kind, "school_id": school_id, "fingerprint": fingerprint}
    new = db.insert(Interest).values(**row, made_at=clock.now()).on_conflict_do_nothing()
    db.session.execute(new)
    audit.record(by, "vetter.interest_told", by, kind=kind.value)


def take_back(interest: Interest, *, by: User) -> None:
    """It is not so any more; conflicts that were found stay. Raises NotAllowed for another person's."""
    if interest.user_id != by.id:
        raise NotAllowed()
    audit.record(by, "vetter.interest_ended", by, kind=interest.kind.value)
    db.session.delete(interest)


def interests(user: User) -> list[Interest]:
    """What this person told."""
    return list(db.session.scalars(queries.interests_of([user.id])))

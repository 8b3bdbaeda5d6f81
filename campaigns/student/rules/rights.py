"""What is held about a student in this domain, and forgetting it: the key destroyed, the rows gone or made neutral."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaigns.account.models import User
from campaigns.account.rules import BadEmail, normal_email
from campaigns.audit import rules as audit
from campaigns.file import rules as files
from campaigns.kit import clock, crypto, db, held
from campaigns.kit.errors import Refused
from campaigns.kit.held import Held
from campaigns.student import queries
from campaigns.student.models import Application, Consent, Decision, Outcome, PersonKey, Work
from campaigns.student.rules import codes, consent, documents
from campaigns.student.states import MOVES, ConsentEvent, NeedKind, Stage
from campaigns.student.wordings import WORDINGS

ALIAS = "A student"
KINDS = {kind: kind.value.replace("_", " ").capitalize() for kind in NeedKind}


class WrongCode(Refused):
    """This is not the code of this application."""

    field = "code"


class AlreadyErased(Refused):
    """This application was erased; nothing is kept of its student."""


def is_erased(application: Application) -> bool:
    """Whether the student behind it was forgotten."""
    return application.person_key.wrapped is None


def require_code(application: Application, typed: str) -> None:
    """Return quietly where this is the application's code. Raises WrongCode."""
    if not crypto.same(codes.digest(typed), application.code_hash):
        raise WrongCode()


def facts_of(application: Application) -> list[tuple[str, str]]:
    """Who the student is, as (name, value); the caller has asked for the permission and noted the reading."""
    person = db.session.scalars(queries.identity_of(application.id)).one_or_none()
    if person is None:
        return []
    facts = [
        ("Name", person.legal_name),
        ("Born", person.birth_date),
        ("Contact", person.contact),
        ("E-mail", person.email),
        ("Guardian", person.guardian_name),
        ("Relation", person.guardian_relation),
        ("Guardian's contact", person.guardian_contact),
        ("Story", application.story),
    ]
    return [(name, value) for name, value in facts if value]


def addresses_of(application: Application) -> set[str]:
    """The e-mail addresses that the student or guardian gave."""
    person = db.session.scalars(queries.identity_of(application.id)).one_or_none()
    given = {person.contact, person.email, person.guardian_contact} if person else set()
    found = set()
    for each in given | {application.applicant_email}:
        try:
            found.add(normal_email(each or ""))
        except BadEmail:
            continue
    return found


def forget(application: Application, registry: dict[str, Held], *, by: User | None) -> None:
    """Destroy the student's key and everything in `registry` that is to go; what stays says nothing of them.

    For the floor that knows every domain, which has asked for the permission and holds the lock.
    """
    _end_consent(application, by)
    db.session.execute(sa.update(Outcome).where(Outcome.application_id == application.id).values(document_id=None))
    for paper in db.session.scalars(queries.documents_of(application.id)).all():
        documents.discard(paper)
    works = sa.select(Work).where(Work.application_id == application.id).options(joinedload(Work.file))
    pictures = [work.file for work in db.session.scalars(works) if work.file is not None]
    for need in db.session.scalars(queries.needs_of(application.id)):
        need.label = KINDS[need.kind]
    db.session.flush()
    held.erase_rows(registry, application.id)
    for picture in pictures:
        files.discard(picture)
    emptied = sa.update(Decision).where(Decision.application_id == application.id)
    db.session.execute(emptied.values(note_sealed=None, letter_sealed=None, applicant_user_id=None))
    _empty(application)
    db.session.scalars(sa.select(PersonKey).where(PersonKey.application_id == application.id)).one().destroy()
    if Stage.LEFT in MOVES.get(application.stage, ()):
        application.move_to(Stage.LEFT)
    audit.record(by, "application.erased", application)


def _end_consent(application: Application, by: User | None) -> None:
    for purpose, now in consent.standings(application).items():
        if now.student or now.guardian:
            ended = Consent(application_id=application.id, purpose=purpose, event=ConsentEvent.WITHDRAWN)
            ended.by_guardian, ended.relation, ended.recorded_by_id = False, "erased", by.id if by else None
            ended.wording = WORDINGS[purpose].student
            ended.wording_hash, ended.expires_at = crypto.digest(ended.wording), clock.now()
            db.session.add(ended)


def _empty(application: Application) -> None:
    application.alias, application.story_sealed, application.applicant_email_sealed = ALIAS, None, None
    application.helper_email_sealed = application.helper_user_id = None
    application.secret_hash = application.reset_hash = application.reset_until = None
    application.code_hash = crypto.digest(crypto.token())  # the code opens nothing any more
    application.applicant_user_id = application.school_id = None
    application.school_name = application.school_country = None
    application.country = application.region = application.level = None
    application.is_minor = True  # what is left is treated with the most care

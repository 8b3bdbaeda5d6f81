"""What other domains may ask of who a student is: where to write to, and which words must not be passed on."""

from campaigns.account.rules import BadEmail, email_canonical, normal_email
from campaigns.kit import db
from campaigns.student import queries
from campaigns.student.models import Identity


def address_of(identity: Identity) -> str | None:
    """Where to write to; also from the box that once took a phone number or an address. None for neither."""
    for given in (identity.email, identity.contact):
        try:
            return normal_email(given or "")
        except BadEmail:
            continue
    return None


def canonical_of(identity: Identity) -> str | None:
    """The same in the one form for all its spellings, to compare people with."""
    address = address_of(identity)
    return email_canonical(address) if address else None


def student_address(application_id: int) -> str | None:
    """Where to write to the student of an application, for letters that say nothing personal."""
    identity = db.session.scalars(queries.identity_of(application_id)).one_or_none()
    return address_of(identity) if identity else None


def names_around(application_id: int) -> list[str]:
    """The names of the student and the guardian, to be searched for in a text and shown to nobody."""
    identity = db.session.scalars(queries.identity_of(application_id)).one_or_none()
    names = [identity.legal_name, identity.guardian_name] if identity else []
    return [name for name in names if name]

"""Finding who has something to do with a student, from what is known and without writing it down in the clear."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from campaigns.account.models import User
from campaigns.account.rules import BadEmail, email_canonical, normal_email
from campaigns.kit import crypto, db
from campaigns.student import queries
from campaigns.student.models import Application, Identity, Interest
from campaigns.student.redact import folded
from campaigns.student.states import ConflictKind, InterestKind

PHONE_DIGITS = 9  # without the country's code or a leading 0
# Providers where strangers share a domain, and the names that RFC 2606 keeps for examples.
SHARED_DOMAINS = frozenset(
    {"gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "ymail.com", "outlook.com", "hotmail.com", "live.com"}
    | {"msn.com", "icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com", "gmx.com", "gmx.de", "gmx.net"}
    | {"web.de", "mail.com", "mail.ru", "yandex.com", "zoho.com", "example.com", "example.net", "example.org"}
)


def contact_print(text: str | None) -> str | None:
    """The fingerprint of an address or telephone number, however it is written; None for neither."""
    try:
        return crypto.fingerprint("mail:" + email_canonical(normal_email(text or "")))
    except BadEmail:
        digits = "".join(char for char in text or "" if char.isdigit())
        return crypto.fingerprint("phone:" + digits[-PHONE_DIGITS:]) if len(digits) >= PHONE_DIGITS else None


def prints_of(*contacts: str | None) -> list[str]:
    """The fingerprints of those that are addresses or telephone numbers."""
    return [found for found in map(contact_print, contacts) if found]


def domain_print(domain: str) -> str:
    """The fingerprint of a mail domain."""
    return crypto.fingerprint("domain:" + domain.strip().lower().lstrip("@"))


def place_print(country: str | None, region: str | None) -> str:
    """The fingerprint of a region of a country."""
    return crypto.fingerprint(f"place:{(country or '').upper()}:{' '.join(folded(region or '').split())}")


def domain_of(text: str | None) -> str | None:
    """The domain of an address that is not shared by strangers; None for anything else."""
    try:
        domain = normal_email(text or "").rpartition("@")[2]
    except BadEmail:
        return None
    return None if domain in SHARED_DOMAINS else domain


def family_name(name: str | None) -> str:
    """The last word of a name, folded."""
    words = folded(name or "").split()
    return words[-1] if words else ""


@dataclass
class Around:
    """What is known around one application, to compare people with."""

    application: Application
    identity: Identity
    domains: frozenset[str]
    staff: frozenset[int]
    parties: dict[str, ConflictKind]
    interests: dict[int, list[Interest]] = field(default_factory=dict)

    def kinds(self, person: User) -> set[ConflictKind]:
        """Every reason for this person to keep out that can be found."""
        told = self.interests.get(person.id, [])
        prints = {each.fingerprint for each in told if each.fingerprint}
        found = {
            ConflictKind.OWN: self._is_own(person),
            ConflictKind.SAME_SCHOOL: person.id in self.staff
            or any(each.school_id and each.school_id == self.application.school_id for each in told),
            ConflictKind.EMAIL_DOMAIN: domain_of(person.email) in self.domains
            or bool(prints & {domain_print(domain) for domain in self.domains}),
            ConflictKind.SAME_CONTACT: bool(self._contacts() & (prints | {contact_print(person.email)})),
            ConflictKind.FAMILY_NAME: self._shares_name(person, told),
        }
        party = self.parties.get(contact_print(person.email) or "")
        return {kind for kind, holds in found.items() if holds} | ({party} if party else set())

    def _is_own(self, person: User) -> bool:
        mine = self.application
        return mine.applicant_user_id == person.id or mine.applicant_email == person.email_canonical

    def _contacts(self) -> set[str]:
        return set(prints_of(self.identity.contact, self.identity.email, self.identity.guardian_contact))

    def _shares_name(self, person: User, told: Sequence[Interest]) -> bool:
        """The same family name; somewhere else, where the person has said where their family lives."""
        names = {family_name(self.identity.legal_name), family_name(self.identity.guardian_name)} - {""}
        if family_name(person.name) not in names:
            return False
        places = {each.fingerprint for each in told if each.kind is InterestKind.PLACE}
        return not places or place_print(self.application.country, self.application.region) in places


def around(application: Application, people: Iterable[User]) -> Around:
    """What there is to compare these people with."""
    identity = db.session.scalars(queries.identity_of(application.id)).one()
    private = {domain_of(identity.contact), domain_of(identity.guardian_contact)} - {None}
    school = application.school_id
    found = Around(
        application,
        identity,
        frozenset({*db.session.scalars(queries.domains_of(school)), *(each for each in private if each)}),
        frozenset(db.session.scalars(queries.members_with(school))) if school else frozenset(),
        {each.fingerprint: each.kind for each in db.session.scalars(queries.parties_of(application.id))},
    )
    for each in db.session.scalars(queries.interests_of([person.id for person in people])):
        found.interests.setdefault(each.user_id, []).append(each)
    return found

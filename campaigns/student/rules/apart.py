"""Who is too close to a student or a school to decide on money for them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from campaigns.account.models import User
from campaigns.kit import crypto, db
from campaigns.student import queries
from campaigns.student.models import Identity, Interest
from campaigns.student.queries import apart
from campaigns.student.rules.vetting import parties


@dataclass(frozen=True)
class _Ties:
    """All that leads to a person: accounts, fingerprints of addresses and numbers, mail domains."""

    school_id: int
    users: frozenset[int]
    prints: frozenset[str]
    domains: frozenset[str]

    def hold(self, person: User, told: Iterable[Interest]) -> bool:
        """Whether one of them leads to this person, by their account, their address or what they told of themselves."""
        own = {*crypto.fingerprints(person.email_canonical), *crypto.fingerprints(f"mail:{person.email_canonical}")}
        said = {each.fingerprint for each in told if each.fingerprint}
        return (
            person.id in self.users
            or bool(self.prints & (own | said))
            or parties.domain_of(person.email) in self.domains
            or bool(said & {parties.domain_print(domain) for domain in self.domains})
            or any(each.school_id == self.school_id for each in told if each.school_id)
        )


def kept_out(people: Collection[User], *, school_id: int, application_ids: Collection[int]) -> frozenset[int]:
    """Whom of these people money for these students at this school is kept from.

    Who vetted one of them; who is one of them, their helper, referee or guardian, or shares an address or a
    number with them; who has a conflict of interest that stands; who belongs to the school, was written to
    there, or has an address in its mail domain. A family name alone keeps nobody out.
    """
    told: dict[int, list[Interest]] = {}
    for each in db.session.scalars(queries.interests_of([person.id for person in people])):
        told.setdefault(each.user_id, []).append(each)
    ties = _ties(school_id, application_ids)
    return frozenset(person.id for person in people if ties.hold(person, told.get(person.id, ())))


def _ties(school_id: int, application_ids: Collection[int]) -> _Ties:
    entered = db.session.scalars(apart.entered(application_ids)).all()
    asked = db.session.execute(apart.asked(application_ids)).all()
    users = {
        *db.session.scalars(queries.vetters_of(application_ids)),
        *db.session.scalars(apart.with_conflict(application_ids)),
        *db.session.scalars(queries.members_with(school_id)),
        *(user_id for each in entered for user_id in (each.applicant_user_id, each.helper_user_id)),
        *(user_id for _, user_id in asked),
    }
    prints = {
        *db.session.scalars(apart.party_prints(application_ids)),
        *parties.prints_of(*(email for each in entered for email in (each.applicant_email, each.helper_email))),
        *(email_print for email_print, _ in asked if email_print),
    }
    domains = set(db.session.scalars(queries.domains_of(school_id)))
    for identity in db.session.scalars(queries.identities_of(application_ids)):
        prints.update(parties.prints_of(*_contacts(identity)))
        domains.update(filter(None, map(parties.domain_of, _contacts(identity))))
    return _Ties(school_id, frozenset(filter(None, users)), frozenset(prints), frozenset(domains))


def _contacts(identity: Identity) -> tuple[str | None, ...]:
    return identity.contact, identity.email, identity.guardian_contact, identity.helper_email, identity.helper_phone

"""Organisations and who is what in them."""

from collections.abc import Iterable, Set

from campaigns.account import queries
from campaigns.account.models import Membership, Organisation, OrganisationDomain, User
from campaigns.account.states import OrganisationKind, Role
from campaigns.audit import rules as audit
from campaigns.kit import clock, db, refs, text
from campaigns.kit.db import HasId
from campaigns.kit.errors import Refused

# Words that stand where a short address could: /communities/new, /apply/tasks.
RESERVED = frozenset({"new", "tasks", "resume", "leave"})


class AlreadyHeld(Refused):
    """This person already has that role."""

    field = "role"


def create_organisation(
    kind: OrganisationKind,
    name: str,
    *,
    country: str | None = None,
    website: str | None = None,
    domains: Iterable[str] = (),
    by: User | None = None,
) -> Organisation:
    """Add an organisation, with a short address that no other of its kind has."""
    organisation = Organisation(kind=kind, slug=free_slug(kind, name), name=name, country=country, website=website)
    db.session.add(organisation)
    audit.record(by, "organisation.created", organisation, kind=kind.value)
    add_domains(organisation, domains)
    return organisation


def free_slug(kind: OrganisationKind, name: str) -> str:
    """A short address made of the name, with a number where that is taken."""
    wanted = text.slugify(name) or f"{kind.value}-{refs.random_ref(6).lower()}"
    return next_slug(wanted, RESERVED.union(db.session.scalars(queries.slugs_like(kind, wanted))))


def next_slug(wanted: str, taken: Set[str]) -> str:
    """`wanted`, or with the first number from 2 on that makes it free."""
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def add_domains(organisation: Organisation, domains: Iterable[str]) -> None:
    """Note the mail domains that belong to a new organisation."""
    unique = dict.fromkeys(domain.strip().lower() for domain in domains)
    db.session.add_all([OrganisationDomain(organisation_id=organisation.id, domain=d) for d in unique if d])


def grant(user: User, organisation: HasId, role: Role, *, by: HasId | None = None) -> Membership:
    """Give a person a role in an organisation (or in the community that is one). Raises AlreadyHeld.

    Whether `by` may do so is for the caller to have asked: this floor knows no grants.
    """
    db.session.flush()
    if any(m.organisation_id == organisation.id and m.role is role for m in current_memberships(user)):
        raise AlreadyHeld()
    membership = Membership(user_id=user.id, organisation_id=organisation.id, role=role)
    db.session.add(membership)
    audit.record(by, "role.granted", membership, role=role.value, user=user.id)
    db.session.expire(user, ["memberships"])
    return membership


def current_memberships(user: User) -> list[Membership]:
    """A person's roles as they stand in the database now, whatever was loaded before."""
    return list(db.session.scalars(queries.memberships_of(user)))


def end(membership: Membership, *, by: HasId | None = None) -> None:
    """Take a role back from today on; that it was held stays on record."""
    membership.ended_at = clock.now()
    audit.record(by, "role.ended", membership, role=membership.role.value, user=membership.user_id)

"""Finding people, sessions and organisations."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from campaigns.account.models import Membership, Organisation, OrganisationDomain, RecoveryCode, User, UserSession
from campaigns.account.states import OrganisationKind
from campaigns.kit import clock, crypto

WITH_ROLES = selectinload(User.memberships).joinedload(Membership.organisation)


def by_email(email: str) -> sa.Select[User]:
    """The account with this address, roles loaded."""
    return sa.select(User).where(User.email == email.strip().lower()).options(WITH_ROLES)


def credentials(email: str) -> sa.Select[int, str]:
    """The number and password hash of the account with this address, if it may sign in."""
    may = sa.and_(User.disabled_at.is_(None), User.email_confirmed_at.is_not(None))
    return sa.select(User.id, User.password_hash).where(User.email == email, may)


def live_session(token: str) -> sa.Select[UserSession]:
    """The unrevoked, unexpired session of a token, with its person and their roles: one row a role, so `unique()`."""
    return (
        sa.select(UserSession)
        .join(UserSession.user)
        .where(
            UserSession.token_hash == crypto.digest(token),
            UserSession.revoked_at.is_(None),
            UserSession.expires_at > clock.now(),
            User.disabled_at.is_(None),
        )
        .options(contains_eager(UserSession.user).joinedload(User.memberships).joinedload(Membership.organisation))
    )


def sessions_of(user: User) -> sa.Select[UserSession]:
    """A person's live sessions, the latest first."""
    return (
        sa.select(UserSession)
        .where(UserSession.user_id == user.id, UserSession.revoked_at.is_(None), UserSession.expires_at > clock.now())
        .order_by(UserSession.last_seen_at.desc())
    )


def organisation(kind: OrganisationKind, slug: str) -> sa.Select[Organisation]:
    """An organisation of one kind by its short address."""
    return sa.select(Organisation).where(Organisation.kind == kind, Organisation.slug == slug)


def slugs_like(kind: OrganisationKind, slug: str) -> sa.Select[str]:
    """The short addresses already taken that begin with this one."""
    return sa.select(Organisation.slug).where(Organisation.kind == kind, Organisation.slug.startswith(slug))


def schools_named(names: Collection[str]) -> sa.Select[Organisation]:
    """The schools with one of these names, in whatever country."""
    return sa.select(Organisation).where(Organisation.kind == OrganisationKind.SCHOOL, Organisation.name.in_(names))


def domains_of(organisation_ids: Collection[int]) -> sa.Select[OrganisationDomain]:
    """The mail domains of these organisations."""
    return sa.select(OrganisationDomain).where(OrganisationDomain.organisation_id.in_(organisation_ids))


def unused_recovery_codes(user: User) -> sa.Select[RecoveryCode]:
    """The recovery codes that this person can still use."""
    return sa.select(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))


def schools_of_domain(domain: str) -> sa.Select[Organisation]:
    """The schools that a mail domain belongs to."""
    ids = sa.select(OrganisationDomain.organisation_id).where(OrganisationDomain.domain == domain.lower())
    return sa.select(Organisation).where(Organisation.kind == OrganisationKind.SCHOOL, Organisation.id.in_(ids))


def team_of(organisation_id: int) -> sa.Select[Membership]:
    """The current memberships of an organisation, with their people."""
    return (
        sa.select(Membership)
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
        .options(joinedload(Membership.user))
        .order_by(Membership.id)
    )


def memberships_of(user: User) -> sa.Select[Membership]:
    """A person's current memberships."""
    return sa.select(Membership).where(Membership.user_id == user.id, Membership.ended_at.is_(None))

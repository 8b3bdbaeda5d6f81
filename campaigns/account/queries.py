"""Finding people, sessions and organisations."""

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from campaigns.account.models import Membership, Organisation, OrganisationDomain, User, UserSession
from campaigns.account.states import OrganisationKind
from campaigns.kit import clock, crypto

WITH_ROLES = selectinload(User.memberships).joinedload(Membership.organisation)


def by_email(email: str) -> sa.Select[User]:
    """The account with this address, roles loaded."""
    return sa.select(User).where(User.email == email.strip().lower()).options(WITH_ROLES)


def live_session(token: str) -> sa.Select[UserSession]:
    """The unrevoked, unexpired session of a token, with its person and their roles."""
    return (
        sa.select(UserSession)
        .join(UserSession.user)
        .where(
            UserSession.token_hash == crypto.digest(token),
            UserSession.revoked_at.is_(None),
            UserSession.expires_at > clock.now(),
            User.disabled_at.is_(None),
        )
        .options(contains_eager(UserSession.user).options(WITH_ROLES))
    )


def sessions_of(user: User) -> sa.Select[UserSession]:
    """A person's live sessions, the latest first."""
    return (
        sa.select(UserSession)
        .where(
            UserSession.user_id == user.id, UserSession.revoked_at.is_(None), UserSession.expires_at > clock.now()
        )
        .order_by(UserSession.last_seen_at.desc())
    )


def organisation(kind: OrganisationKind, slug: str) -> sa.Select[Organisation]:
    """An organisation of one kind by its short address."""
    return sa.select(Organisation).where(Organisation.kind == kind, Organisation.slug == slug)


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

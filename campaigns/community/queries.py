"""Finding communities, by what the viewer may see."""

import sqlalchemy as sa

from campaigns.account.models import Membership, Organisation, User
from campaigns.account.states import OrganisationKind, Role
from campaigns.community.models import Community, Invitation
from campaigns.kit import clock


def by_slug(slug: str) -> sa.Select[Community]:
    """The community with this short address, for its public page."""
    return sa.select(Community).join(Community.organisation).where(Organisation.slug == slug)


def of_member(user: User, slug: str | None = None) -> sa.Select[Community]:
    """The communities in which this person holds a role; with `slug`, that one."""
    held = sa.select(Membership.organisation_id).where(Membership.user_id == user.id, Membership.ended_at.is_(None))
    select = sa.select(Community).join(Community.organisation).where(Community.organisation_id.in_(held))
    return select.where(Organisation.slug == slug) if slug is not None else select.order_by(Organisation.name)


def taking_applications() -> sa.Select[Community]:
    """The communities that a student can apply to now."""
    return (
        sa.select(Community)
        .join(Community.organisation)
        .where(
            Community.accepts_applications,
            sa.or_(Community.closes_on.is_(None), Community.closes_on >= clock.today()),
        )
        .order_by(Organisation.name)
    )


def named(name: str) -> sa.Select[Organisation]:
    """The communities of this name, in whatever case."""
    same = sa.func.lower(Organisation.name) == name.lower()
    return sa.select(Organisation).where(Organisation.kind == OrganisationKind.COMMUNITY, same)


def open_invitations(organisation_id: int) -> sa.Select[Invitation]:
    """Invitations that nobody has accepted or withdrawn."""
    return (
        sa.select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.id)
    )


def current_roles(organisation_id: int, email: str) -> sa.Select[Role]:
    """The roles that the person with this address holds in an organisation."""
    current = sa.and_(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
    return sa.select(Membership.role).join(Membership.user).where(current, User.email == email)


def others_like(membership: Membership) -> sa.Select[int]:
    """The memberships of the same organisation in the same role beside this one."""
    return sa.select(Membership.id).where(
        Membership.organisation_id == membership.organisation_id,
        Membership.role == membership.role,
        Membership.ended_at.is_(None),
        Membership.id != membership.id,
    )

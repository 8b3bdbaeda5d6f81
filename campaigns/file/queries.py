"""Finding stored files, by what the viewer may open."""

import sqlalchemy as sa

from campaigns.account.models import Membership, Organisation, User
from campaigns.file.models import File
from campaigns.file.states import MAY_OPEN, Visibility


def public(ref: str) -> sa.Select[File]:
    """The image that everyone may see under this ref."""
    return sa.select(File).where(File.ref == ref, File.visibility == Visibility.PUBLIC)


def visible_to(user: User) -> sa.Select[File]:
    """The files of the communities in which this person holds a role that may open files of that kind."""
    held = (
        sa.select(Membership.id)
        .where(
            Membership.user_id == user.id,
            Membership.ended_at.is_(None),
            Membership.organisation_id == File.organisation_id,
        )
        .correlate(File)
    )
    fitting = [
        sa.and_(File.kind == kind, held.where(Membership.role.in_(roles)).exists()) for kind, roles in MAY_OPEN.items()
    ]
    return sa.select(File).where(sa.or_(*fitting))


def of_community(user: User, slug: str, ref: str) -> sa.Select[File]:
    """One file of a community, where this person may open it."""
    return (
        visible_to(user)
        .join(Organisation, Organisation.id == File.organisation_id)
        .where(Organisation.slug == slug, File.ref == ref)
    )

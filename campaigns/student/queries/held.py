"""Finding an application for its student, and for a change."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaigns.kit import clock
from campaigns.student.models import Application, Identity


def held(application_id: int | None) -> sa.Select[Application]:
    """The application that a student's browser holds, with all that its steps show."""
    return (
        sa.select(Application)
        .where(Application.id == application_id)
        .options(
            joinedload(Application.school),
            joinedload(Application.organisation),
            selectinload(Application.needs),
            selectinload(Application.questions),
        )
    )


def by_code(code_hash: str) -> sa.Select[Application]:
    """The application that a resume code opens, or a code that opens it once."""
    once = sa.and_(Application.reset_hash == code_hash, Application.reset_until > clock.now())
    return sa.select(Application).where(sa.or_(Application.code_hash == code_hash, once))


def locked(application_id: int) -> sa.Select[Application]:
    """The application for a change that depends on what others do: they wait until this one is done."""
    return (
        held(application_id)
        .options(selectinload(Application.decisions))
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )


def aliases_of(organisation_id: int) -> sa.Select[str]:
    """The aliases in use in a community."""
    return sa.select(Application.alias).where(Application.organisation_id == organisation_id)


def identity_of(application_id: int) -> sa.Select[Identity]:
    """Who the student is. For the student's own pages and, audited, for those who vet."""
    return sa.select(Identity).where(Identity.application_id == application_id)


def identities_of(application_ids: Collection[int]) -> sa.Select[Identity]:
    """Who several students are; for comparing, never for showing."""
    return sa.select(Identity).where(Identity.application_id.in_(application_ids))


def with_schools(application_ids: Collection[int]) -> sa.Select[Application]:
    """Several applications with their schools."""
    return sa.select(Application).where(Application.id.in_(application_ids)).options(joinedload(Application.school))

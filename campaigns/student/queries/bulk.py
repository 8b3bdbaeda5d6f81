"""Finding imports, and the rows of an export."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind
from campaigns.kit import db
from campaigns.student.models import Application, ImportedRow, ImportRun, Need
from campaigns.student.queries.vetting import visible_to
from campaigns.student.states import Stage
from campaigns.student.states.bulk import ImportState

ExportRow = Any


def imports_of(user: User, organisation_id: int) -> sa.Select[ImportRun]:
    """The imports of a community, where this person may import."""
    mine = access.organisations_of(user, Action.IMPORT_APPLICATIONS)
    return sa.select(ImportRun).where(ImportRun.organisation_id == organisation_id, ImportRun.organisation_id.in_(mine))


def import_made_with(once: str) -> sa.Select[ImportRun]:
    """The import that this very form has begun already."""
    return sa.select(ImportRun).where(ImportRun.once == once)


def waiting_imports() -> sa.Select[int]:
    """The ids of files that are not worked off, the oldest first."""
    return sa.select(ImportRun.id).where(ImportRun.state == ImportState.WAITING).order_by(ImportRun.id)


def locked_import(run_id: int) -> sa.Select[ImportRun]:
    """One import, for the next rows: a second worker waits."""
    chosen = sa.select(ImportRun).where(ImportRun.id == run_id)
    return chosen.with_for_update().execution_options(populate_existing=True)


def imports_to_clear(before: datetime) -> sa.Select[ImportRun]:
    """Imports that were worked off before a moment and still know their codes."""
    return sa.select(ImportRun).where(ImportRun.state == ImportState.DONE, ImportRun.finished_at < before)


def imported_rows(run_id: int) -> "sa.Select[Any]":
    """The line and the number of each application that an import has made."""
    made: Any = sa.select(ImportedRow.line, Application.ref).join(
        Application, Application.id == ImportedRow.application_id
    )
    rows: sa.Select[Any] = made.where(ImportedRow.import_id == run_id).order_by(ImportedRow.line)
    return rows


def schools_called(name: str, country: str) -> sa.Select[int]:
    """The ids of the schools of exactly this name, in whatever case, in one country; two at most."""
    return (
        sa.select(Organisation.id)
        .where(
            Organisation.kind == OrganisationKind.SCHOOL,
            sa.func.lower(Organisation.name) == name.lower(),
            Organisation.country == country,
        )
        .limit(2)
    )


def exported(user: User, organisation_id: int, stage: Stage | None) -> "sa.Select[Any]":
    """What an export says of each application that this person may see, newest first."""
    costs = sa.select(sa.func.count()).where(Need.application_id == Application.id).correlate(Application)
    asked = sa.select(db.total(Need.amount)).where(Need.application_id == Application.id).correlate(Application)
    select: Any = (
        visible_to(user)
        .where(Application.organisation_id == organisation_id)
        .outerjoin(Application.school)
        .with_only_columns(
            Application.ref,
            Application.alias,
            Application.stage,
            Application.stage_since,
            Application.submitted_at,
            Application.decided_at,
            Application.is_minor,
            sa.func.coalesce(Organisation.name, Application.school_name).label("school"),
            Application.level,
            Application.country,
            Application.region,
            Application.currency,
            Application.round,
            costs.scalar_subquery().label("costs"),
            asked.scalar_subquery().label("asked"),
        )
        .order_by(Application.id.desc())
    )
    chosen: sa.Select[Any] = select.where(Application.stage == stage) if stage is not None else select
    return chosen

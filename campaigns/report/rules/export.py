"""All that is held about a student, as a ZIP: for machines, for people, and the papers themselves."""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import erase as campaigns
from campaigns.file import rules as files
from campaigns.kit import clock, db, held, mail, storage
from campaigns.report import queries, registry
from campaigns.student import queries as students
from campaigns.student.models import Application
from campaigns.student.rules import documents

IN_MEMORY = 2**20
ABOUT = (
    "data.json holds everything as it is stored: `tables` by the name of each table, with its `title` and `rows`; "
    "`campaigns`, `updates` and `letters` are what was published; `payments` what was paid to the school (amounts in "
    "minor units, such as cents); `trail` what was done to the application, when, and by somebody of which role. "
    "Moments are in UTC, in ISO 8601."
)


def for_student(application: Application) -> IO[bytes]:
    """The archive for the student whose application it is, open at its beginning; noted."""
    audit.record(None, "application.exported", application)
    return _archive(application)


def for_officer(application: Application, *, by: User) -> IO[bytes]:
    """The same for an officer who answers the student's request. Raises NotAllowed, ReauthenticationNeeded."""
    access.require(by, Action.EXPORT_PERSON, application)
    audit.record(by, "application.exported", application)
    return _archive(application)


def _archive(application: Application) -> IO[bytes]:
    """Written paper by paper into a file that leaves memory once it is large."""
    target: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the response
    told = told_of(application)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(told, indent=1, ensure_ascii=False, default=held.plain))
        archive.writestr("index.html", mail.render("report/export.html", **told))
        for name, data in _files(application):
            archive.writestr(name, data)
    target.seek(0)
    return target


def told_of(application: Application) -> dict[str, Any]:
    """Everything but the files."""
    lines = [_plain(row) for row in db.session.execute(queries.lines_of(application.id))]
    ids = sorted({line["id"] for line in lines})
    tables = {
        name: {"title": each.title, "rows": list(held.rows_of(each, application.id))}
        for name, each in registry.HELD.items()
    }
    return {
        "about": ABOUT,
        "made_at": clock.now().isoformat(),
        "application": application.ref,
        "school": _school(application),
        "tables": tables,
        "campaigns": [{name: value for name, value in line.items() if name not in {"id", "line_id"}} for line in lines],
        "updates": [_plain(row) for row in db.session.execute(queries.updates_of(ids))],
        "letters": [_plain(row) for row in db.session.execute(queries.letters_of(ids))],
        "payments": [_plain(row) for row in db.session.execute(queries.payments_of(application.id))],
        "trail": _trail(application),
    }


def _school(application: Application) -> str:
    listed = sa.select(Organisation.name).where(Organisation.id == application.school_id)
    return db.session.scalar(listed) or application.school_name or ""


def _plain(row: sa.Row[Any]) -> dict[str, Any]:
    return {name: held.plain(value) for name, value in row._mapping.items()}


def _trail(application: Application) -> list[dict[str, Any]]:
    roles: dict[int, set[str]] = {}
    for user_id, role in db.session.execute(queries.roles_in(application.organisation_id)):
        roles.setdefault(user_id, set()).add(role.value)
    return [
        {"at": held.plain(at), "action": action, "by": _role(actor_id, roles)}
        for at, action, actor_id in db.session.execute(queries.trail_of(application.id))
    ]


def _role(actor_id: int | None, roles: dict[int, set[str]]) -> str:
    if actor_id is None:
        return "you, or a timer"
    return " and ".join(sorted(roles.get(actor_id, {"outside the community"})))


def _files(application: Application) -> Iterator[tuple[str, bytes]]:
    """Papers, opened, and the pictures of campaigns for this student alone; one at a time."""
    for number, paper in enumerate(db.session.scalars(students.documents_of(application.id)).all(), 1):
        try:
            data = documents.opened(application, paper)
        except FileNotFoundError:
            continue
        yield f"papers/{number}-{paper.kind.value}.{files.ENDINGS[paper.file.mime]}", data
    for number, campaign in enumerate(campaigns.of_student(application.id), 1):
        if (picture := _picture(campaign)) is not None:
            yield f"pictures/{number}.webp", picture


def _picture(campaign: Campaign) -> bytes | None:
    if campaign.cover is None or not campaign.cover_shows_student or not campaigns.alone(campaign):
        return None
    try:
        return storage.current().get(campaign.cover.key)
    except FileNotFoundError:
        return None

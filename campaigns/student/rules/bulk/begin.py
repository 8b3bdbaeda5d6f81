"""Taking a file of applications, and giving out the codes that it made."""

import json

from sqlalchemy.exc import IntegrityError

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import crypto, db, refs
from campaigns.kit.errors import Refused
from campaigns.kit.sheets import is_xlsx, read_xlsx
from campaigns.kit.tables import BadTable, read_csv
from campaigns.student import queries
from campaigns.student.models import ImportRun
from campaigns.student.rules import codes
from campaigns.student.rules.bulk.columns import COLUMNS, REQUIRED

MOST_BYTES = 2_000_000
MOST_ROWS = 2_000


class FileRefused(Refused):
    """This file cannot be used."""

    field = "file"


class CodesGone(Refused):
    """The codes were given out two weeks ago, and can no longer be shown."""


def begin_import(community: Community, data: bytes, *, once: str, by: User) -> ImportRun:
    """Take a CSV or XLSX file; a sweep makes a draft of each row that can be read. The same `once` is the same run.

    Nobody agrees to anything by this: each student opens the draft with its code, agrees, and sends it.
    Raises NotAllowed, FileRefused.
    """
    access.require(by, Action.IMPORT_APPLICATIONS, community)
    rows = _rows(data)
    run = ImportRun(
        ref=refs.random_ref(),
        once=once,
        organisation_id=community.id,
        started_by_id=by.id,
        rows_total=len(rows),
        content=json.dumps(rows),
        secret=crypto.token(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(run)
            db.session.flush()
    except IntegrityError:  # a double click: the other one was faster
        return db.session.scalars(queries.import_made_with(once)).one()
    audit.record(by, "application.import_begun", run, rows=len(rows))
    return run


def _rows(data: bytes) -> list[tuple[int, dict[str, str]]]:
    if len(data) > MOST_BYTES:
        raise FileRefused("The file is larger than 2 MB. Split it.")
    read = read_xlsx if is_xlsx(data) else read_csv
    try:
        rows = [(line, _lower(row)) for line, row in read(data, max_rows=MOST_ROWS)]
    except BadTable as problem:
        raise FileRefused(str(problem)) from problem
    if not rows:
        raise FileRefused("There is no row below the heading.")
    _check_heading(set(rows[0][1]))
    return rows


def _lower(row: dict[str, str]) -> dict[str, str]:
    return {" ".join(column.casefold().replace("_", " ").split()): cell for column, cell in row.items()}


def _check_heading(found: set[str]) -> None:
    unknown, missing = sorted(found - set(COLUMNS)), [each for each in REQUIRED if each not in found]
    if unknown:
        raise FileRefused(f"Nobody knows what these columns mean: {', '.join(unknown)}. Take the template's headings.")
    if missing:
        raise FileRefused(f"These columns are missing: {', '.join(missing)}.")


def codes_of(run: ImportRun, *, by: User) -> list[tuple[int, str, str]]:
    """The line, number and code of each draft that a run has made, to hand to the students; noted.

    Raises NotAllowed, ReauthenticationNeeded; CodesGone once they were cleared.
    """
    access.require(by, Action.SEE_IMPORT_CODES, run)
    if run.secret is None:
        raise CodesGone()
    audit.record(by, "application.import_codes_read", run)
    made = db.session.execute(queries.imported_rows(run.id))
    return [(row.line, row.ref, codes.grouped(codes.made_from(once_of(run, row.line)))) for row in made]


def once_of(run: ImportRun, line: int) -> str:
    """What the code of one line is made from."""
    return f"{run.secret}:{line}"

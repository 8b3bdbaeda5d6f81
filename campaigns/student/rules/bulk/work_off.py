"""Working off a file, some rows a transaction: whoever is stopped goes on where the last commit was."""

import json
from datetime import timedelta
from typing import Any

from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.queue import sweep
from campaigns.student import queries
from campaigns.student.models import ImportedRow, ImportRun
from campaigns.student.rules import draft
from campaigns.student.rules.bulk.begin import once_of
from campaigns.student.rules.bulk.columns import WrongCell, read_row
from campaigns.student.states.bulk import ImportState

BATCH = 20
CODES_KEPT = timedelta(days=14)


@sweep
def work_off_imports() -> None:
    """Make a draft of each row of each file that waits."""
    for run_id in db.session.scalars(queries.waiting_imports()).all():
        db.session.commit()
        going = True
        while going:
            with db.transaction():
                going = _some(run_id)


def _some(run_id: int) -> bool:
    """Some rows more; whether any are left."""
    run = db.session.scalars(queries.locked_import(run_id)).one()
    if run.state is not ImportState.WAITING:
        return False
    community = db.session.scalars(queries.community(run.organisation_id)).one()
    rows = json.loads(run.content or "[]")
    problems = [list(error) for error in run.errors]
    for line, cells in rows[run.rows_done : run.rows_done + BATCH]:
        wrong = _one(run, community, line, cells)
        problems += [[line, *wrong]] if wrong else []
        run.rows_done += 1
    run.problems = json.dumps(problems)
    if run.rows_done < run.rows_total:
        return True
    run.finished_at, run.content = clock.now(), None
    run.move_to(ImportState.DONE)
    audit.record(None, "application.import_done", run, made=run.rows_made, wrong=len(problems))
    return False


def _one(run: ImportRun, community: Community, line: int, cells: dict[str, str]) -> tuple[str, str] | None:
    """Make one draft, all of it or nothing; gives the column and what is wrong where it cannot be made."""
    try:
        with db.session.begin_nested():
            told, costs = read_row(cells, community.currency)
            application, _ = draft.start(community, once=once_of(run, line), by=None)
            draft.save(application, **_listed(told))
            draft.set_needs(application, costs)
            db.session.add(ImportedRow(import_id=run.id, line=line, application_id=application.id))
            db.session.flush()
    except WrongCell as problem:
        return problem.column, str(problem)
    except Refused as problem:
        return "", str(problem)
    run.rows_made += 1
    return None


def _listed(told: dict[str, Any]) -> dict[str, Any]:
    """The same with a school of the list in place of a typed one, where exactly one is called so in that country."""
    found = db.session.scalars(queries.schools_called(told["school_name"], told["school_country"])).all()
    if len(found) != 1:
        return told
    return {key: value for key, value in told.items() if not key.startswith("school_")} | {"school_id": found[0]}


@sweep
def clear_old_imports() -> None:
    """Forget the codes and problems of files that were worked off two weeks ago."""
    with db.transaction():
        for run in db.session.scalars(queries.imports_to_clear(clock.now() - CODES_KEPT)):
            run.move_to(ImportState.CLEARED)
            run.secret = run.problems = None
            audit.record(None, "application.import_cleared", run)

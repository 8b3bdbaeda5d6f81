"""Applications from a file, and as a table."""

from collections.abc import Iterator, Sequence

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db, sheets, web
from campaigns.kit.tables import csv_text
from campaigns.student import queries, rules
from campaigns.student.forms import ConfirmForm, ImportForm
from campaigns.student.models import ImportRun
from campaigns.student.states import Stage
from campaigns.student.views.base import blueprint

HOME = "/a/<slug>/applications"
SHOWN = 20
PROBLEMS_SHOWN = 100


def _community(slug: str, action: Action) -> Community:
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, action, community)
    return community


def _table(name: str, ending: str, header: Sequence[str], rows: Iterator[Sequence[object]]) -> Response:
    """A download as CSV or XLSX; 404 for any other ending."""
    if ending == "xlsx":
        return web.attachment(sheets.xlsx(header, rows, title=name), sheets.MIME, f"{name}.xlsx")
    if ending != "csv":
        raise NotFound
    return web.attachment(csv_text(header, rows).encode(), "text/csv", f"{name}.csv")


def _run(slug: str, ref: str) -> tuple[Community, ImportRun]:
    community = _community(slug, Action.IMPORT_APPLICATIONS)
    run = db.one_or_404(queries.imports_of(current_user, community.id).where(ImportRun.ref == ref))
    return community, run


@blueprint.route(f"{HOME}/import", methods=["GET", "POST"])
@web.signed_in
def import_file(slug: str) -> ResponseReturnValue:
    """Take a file of applications."""
    community, form = _community(slug, Action.IMPORT_APPLICATIONS), ImportForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            run = rules.bulk.begin_import(community, form.content, once=form.once.data, by=current_user)
            return redirect(url_for("student.import_run", slug=slug, ref=run.ref), 303)
    mine = queries.imports_of(current_user, community.id).order_by(ImportRun.id.desc()).limit(SHOWN)
    context = {"runs": db.session.scalars(mine).all(), "columns": rules.bulk.COLUMNS}
    return render_template("student/import.html", form=form, community=community, **context), form.status


@blueprint.get(f"{HOME}/import/template.<ending>")
@web.signed_in
def import_template(slug: str, ending: str) -> ResponseReturnValue:
    """A table with the headings and one example, to fill in."""
    _community(slug, Action.IMPORT_APPLICATIONS)
    return _table("applications", ending, rules.bulk.COLUMNS, iter([rules.bulk.EXAMPLE]))


@blueprint.get(f"{HOME}/imports/<ref>")
@web.signed_in
def import_run(slug: str, ref: str) -> ResponseReturnValue:
    """How far a file is, and what could not be read of it."""
    community, run = _run(slug, ref)
    may_hand_out = access.allows(current_user, Action.SEE_IMPORT_CODES, run)
    problems = run.errors
    context = {"problems": problems[:PROBLEMS_SHOWN], "more": len(problems) - PROBLEMS_SHOWN, "form": ConfirmForm()}
    return render_template(
        "student/import_run.html", community=community, run=run, may_hand_out=may_hand_out, **context
    )


@blueprint.get(f"{HOME}/imports/<ref>/problems.csv")
@web.signed_in
def import_problems(slug: str, ref: str) -> ResponseReturnValue:
    """What could not be read, as a table."""
    _, run = _run(slug, ref)
    return _table(f"problems-{run.ref}", "csv", ("line", "column", "problem"), iter(run.errors))


@blueprint.post(f"{HOME}/imports/<ref>/codes")
@web.signed_in
def import_codes(slug: str, ref: str) -> ResponseReturnValue:
    """The codes to cut out and hand to the students; in answer to a POST, because it is noted."""
    community, run = _run(slug, ref)
    codes = rules.bulk.codes_of(run, by=current_user)
    return render_template("student/import_codes.html", community=community, run=run, codes=codes)


@blueprint.post(f"{HOME}.<ending>")
@web.signed_in
def export(slug: str, ending: str) -> ResponseReturnValue:
    """The applications, all or in one stage, as a table; in answer to a POST, because it is noted."""
    community = _community(slug, Action.SEE_APPLICATIONS)
    stage = next((each for each in Stage if each.value == request.form.get("stage")), None)
    rows = rules.bulk.export_rows(community, stage, by=current_user)
    return _table(f"applications-{community.slug}", ending, rules.bulk.HEADER, rows)

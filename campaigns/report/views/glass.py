"""Break-glass: asking, reading, closing, acknowledging, and what was done."""

import sqlalchemy as sa
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.file import rules as files
from campaigns.kit import db, paging, web
from campaigns.kit.errors import NotAllowed
from campaigns.report import queries
from campaigns.report.forms import ConfirmForm, GlassForm
from campaigns.report.models import BreakGlass
from campaigns.report.rules import glass as rules
from campaigns.report.states import GLASS_REASONS, GlassReason
from campaigns.report.views.base import blueprint
from campaigns.student import queries as students
from campaigns.student.models import Document

ONE = "/break-glass/<int:number>"


def _one(number: int) -> BreakGlass:
    found = db.one_or_404(queries.glasses(current_user).where(BreakGlass.id == number))
    access.require(current_user, Action.SEE_BREAK_GLASS, found)
    return found


def _require_role(user: User, action: Action) -> None:
    """Refuse whoever may do this nowhere at all, or has not shown what their role asks for."""
    somewhere = sa.select(Organisation).where(Organisation.id.in_(access.organisations_of(user, action)))
    place = db.session.scalars(somewhere.order_by(Organisation.id).limit(1)).first()
    if place is None:
        raise NotAllowed("Your role does not include this.")
    access.require(user, action, place)


@blueprint.get("/break-glass")
@web.signed_in
def glasses() -> ResponseReturnValue:
    """What was opened, the latest first; with `ref`, on to the application with that number."""
    _require_role(current_user, Action.SEE_BREAK_GLASS)
    ref = request.args.get("ref", "").strip().upper()[:16]
    if ref and db.session.scalars(queries.for_glass(current_user, ref)).one_or_none() is not None:
        return redirect(url_for("report.open_glass", ref=ref), 303)
    page = paging.page(queries.glasses(current_user), BreakGlass.id, before=request.args.get("before"))
    return render_template("report/glasses.html", page=page, reasons=GLASS_REASONS, unknown=ref)


@blueprint.route("/break-glass/open/<ref>", methods=["GET", "POST"])
@web.signed_in
def open_glass(ref: str) -> ResponseReturnValue:
    """Say why, and open."""
    found = db.one_or_404(queries.for_glass(current_user, ref))
    access.require(current_user, Action.BREAK_GLASS, found)
    form = GlassForm()
    if form.validate_on_submit():
        made = rules.open_for(found, GlassReason(form.reason.data), form.why.data or "", by=current_user)
        db.session.flush()
        return redirect(url_for("report.glass", number=made.id), 303)
    return render_template("report/open_glass.html", form=form, application=found), form.status


@blueprint.get(ONE)
@web.signed_in
def glass(number: int) -> ResponseReturnValue:
    """What was opened, why, and what was read."""
    return _shown(_one(number))


def _shown(found: BreakGlass, facts: list[tuple[str, str]] | None = None) -> ResponseReturnValue:
    papers = db.session.scalars(students.documents_of(found.application_id)).all() if found.is_open else []
    return render_template(
        "report/glass.html",
        glass=found,
        facts=facts,
        papers=papers,
        reads=db.session.execute(queries.reads_of(found)).all(),
        reasons=GLASS_REASONS,
        form=ConfirmForm(),
        may_acknowledge=access.allows(current_user, Action.ACKNOWLEDGE_BREAK_GLASS, found),
    )


@blueprint.post(f"{ONE}/read")
@web.signed_in
def read_glass(number: int) -> ResponseReturnValue:
    """Who the student is; in answer to a POST, because reading it is noted."""
    found = _one(number)
    facts = rules.read(found, by=current_user)
    db.session.flush()
    return _shown(found, facts)


@blueprint.post(f"{ONE}/papers/<int:paper_id>")
@web.signed_in
def glass_paper(number: int, paper_id: int) -> ResponseReturnValue:
    """A paper, as a download."""
    found = _one(number)
    kept = db.one_or_404(students.documents_of(found.application_id).where(Document.id == paper_id))
    try:
        data = rules.read_paper(found, kept, by=current_user)
    except FileNotFoundError as error:
        raise NotFound from error
    return web.attachment(data, kept.file.mime, files.name_of(kept.file))


@blueprint.post(f"{ONE}/end")
@web.signed_in
def end_glass(number: int) -> ResponseReturnValue:
    """Close it before its time."""
    rules.end(_one(number), by=current_user)
    return redirect(url_for("report.glass", number=number), 303)


@blueprint.post(f"{ONE}/acknowledge")
@web.signed_in
def acknowledge_glass(number: int) -> ResponseReturnValue:
    """Say that one has seen it."""
    rules.acknowledge(_one(number), by=current_user)
    return redirect(url_for("report.glass", number=number), 303)

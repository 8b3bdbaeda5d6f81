"""The student's pages of their own work, and what anyone sees of it."""

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from campaigns.file import rules as files
from campaigns.file.models import File
from campaigns.kit import db, paging, storage, web
from campaigns.student import queries, rules
from campaigns.student.forms import ConfirmForm, NameForm, WorkForm
from campaigns.student.forms.work import KINDS_OF_WORK, told_of
from campaigns.student.models import ShowcaseName, Work
from campaigns.student.states import FUNDABLE, WORK_RETURNS, Purpose
from campaigns.student.views import base
from campaigns.student.views.base import blueprint

CARDS = 12
BOTH = ["GET", "POST"]


def _own(ref: str) -> Work:
    return db.one_or_404(queries.works_of(base.held().id).where(Work.ref == ref))


def _shown(ref: str) -> ResponseReturnValue:
    return redirect(url_for("student.own_work", ref=ref), 303)


@blueprint.get("/apply/showcase")
@web.guest
def own_works() -> ResponseReturnValue:
    """The student's works, and under which name they are shown."""
    application = base.held()
    now = rules.standings(application)[Purpose.SHOWCASE]
    context = {
        "works": db.session.scalars(queries.works_of(application.id)).all(),
        "kinds": KINDS_OF_WORK,
        "agreed": now.given(minor=application.is_minor),
        "checked": now.checked,
        "may_add": application.stage in FUNDABLE,
        "is_minor": base.identity_of(application).is_minor,
        "chosen": db.session.scalars(queries.showcase_name(application.id)).one_or_none(),
    }
    return render_template("student/works.html", application=application, **context)


@blueprint.route("/apply/showcase/new", methods=BOTH)
@web.guest
def add_work() -> ResponseReturnValue:
    """Add a work, as a draft."""
    application, form = base.held(), WorkForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            return _shown(rules.add_work(application, form.made, once=form.once.data or "").ref)
    return render_template("student/work.html", form=form, work=None, returns=WORK_RETURNS), form.status


@blueprint.route("/apply/showcase/<ref>", methods=BOTH)
@web.guest
def own_work(ref: str) -> ResponseReturnValue:
    """One work as it will look, and its form while it may be changed."""
    work = _own(ref)
    form = WorkForm(data=told_of(work))
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.edit_work(work, form.made)
            return _shown(ref)
    return render_template("student/work.html", form=form, work=_own(ref), returns=WORK_RETURNS), form.status


@blueprint.post("/apply/showcase/<ref>/<any(send, withdraw):step>")
@web.guest
def work_step(ref: str, step: str) -> ResponseReturnValue:
    """Send a draft to be looked at, or take back what is shown."""
    work, form = _own(ref), ConfirmForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            if step == "send":
                rules.send_work(work)
            else:
                rules.withdraw_work(work, by=None)
            return _shown(ref)
    work = _own(ref)
    shown = WorkForm(formdata=None, data=told_of(work))
    shown.form_errors = list(form.form_errors)
    return render_template("student/work.html", form=shown, work=work, returns=WORK_RETURNS), form.status


@blueprint.get("/apply/showcase/<ref>/picture")
@web.guest
def own_picture(ref: str) -> ResponseReturnValue:
    """The picture of the student's own work, as anyone would see it."""
    return picture_of(_own(ref).file)


@blueprint.route("/apply/showcase/name", methods=BOTH)
@web.guest
def showcase_name() -> ResponseReturnValue:
    """Of age, the name under which one's own work is shown; empty for the alias."""
    application = base.held()
    chosen = db.session.scalars(queries.showcase_name(application.id)).one_or_none()
    form = NameForm(data={"name": chosen.name if chosen else ""})
    if base.identity_of(application).is_minor:
        raise NotFound
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.choose_name(application, form.name.data or "")
            return redirect(url_for("student.own_works"), 303)
    return render_template("student/showcase_name.html", form=form, application=application), form.status


@blueprint.get("/showcase")
@web.public
def showcase() -> ResponseReturnValue:
    """Work that students made and show, newest first."""
    page = paging.page(
        queries.public_works(), Work.published_at, Work.id, before=request.args.get("before"), size=CARDS
    )
    return render_template("student/showcase.html", cards=[_card(row) for row in page.rows], page=page)


@blueprint.get("/showcase/<ref>")
@web.public
def work(ref: str) -> ResponseReturnValue:
    """One work, by alias or by the name chosen at majority, country and month."""
    row = db.session.execute(queries.public_works().where(Work.ref == ref)).one_or_none()
    if row is None:
        raise NotFound
    return render_template("student/public_work.html", work=row.Work, **_said(row))


@blueprint.get("/showcase/<ref>/picture")
@web.public
def picture(ref: str) -> ResponseReturnValue:
    """Its picture, asked for with consent each time: the file itself is never public."""
    return picture_of(db.one_or_404(queries.public_picture(ref)))


@blueprint.get("/showcase/<ref>/card")
@web.public
def picture_card(ref: str) -> ResponseReturnValue:
    """The same, small, for the list."""
    return picture_of(db.one_or_404(queries.public_picture(ref)), small=True)


def picture_of(file: File | None, *, small: bool = False) -> ResponseReturnValue:
    """A picture for the page it stands on. 404 where there is none."""
    if file is None:
        raise NotFound
    try:
        return Response(files.card(file) if small else storage.current().get(file.key), mimetype=file.mime)
    except FileNotFoundError as error:
        raise NotFound from error


def _said(row: Any) -> dict[str, Any]:
    named: ShowcaseName | None = row.ShowcaseName
    return {
        "by": (named.name if named else None) or row.alias,
        "country": row.country,
        "kind": KINDS_OF_WORK[row.Work.kind],
        "pictured": row.pictured,
    }


def _card(row: Any) -> dict[str, Any]:
    return {"ref": row.Work.ref, "title": row.Work.title, "at": row.published_at, **_said(row)}

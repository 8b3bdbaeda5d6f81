"""The student's papers, before and after sending; and the form on paper."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.account.models import Organisation
from campaigns.community import queries as communities
from campaigns.kit import db, links, web
from campaigns.student import forms as the
from campaigns.student import queries, rules
from campaigns.student.models import Application, Document
from campaigns.student.states import EDITABLE, UNDECIDED, DocumentKind
from campaigns.student.views import base
from campaigns.student.views.base import blueprint
from campaigns.student.wordings import WORDINGS


def _undecided() -> Application:
    application = base.held()
    if application.stage not in UNDECIDED:
        abort(redirect(url_for("student.status"), 303))
    return application


@blueprint.route("/apply/tasks/documents", methods=["GET", "POST"])
@web.guest
def documents() -> ResponseReturnValue:
    """Papers: one added now, others later or from the school."""
    application = _undecided()
    given = db.session.scalars(queries.documents_of(application.id)).all()
    form = _form(application, {paper.kind for paper in given})
    if form.is_submitted() and _kept(form, application):
        return redirect(url_for("student.documents" if "add" in request.form else "student.tasks"), 303)
    context = {"given": given, "papers": the.PAPERS, "editable": application.stage in EDITABLE}
    return render_template("student/documents.html", form=form, application=application, **context), form.status


def _form(application: Application, given: set[DocumentKind]) -> the.PapersForm:
    said = {row.kind.value: row.promise.value for row in db.session.scalars(queries.promises_of(application.id))}
    form = the.PapersForm(data=said).asking(set(DocumentKind) - given)
    if "too_big" in request.args:
        form.paper.errors = ["The file is too big; the most is 10 MB. A photo can be sent smaller."]
    return form


def _kept(form: the.PapersForm, application: Application) -> bool:
    """Keep how papers will come, and the paper that was chosen; say whether all is right."""
    form.validate()
    rules.promise(application, form.promises)
    db.session.commit()  # it stays, although a file that is refused is answered with 422
    if "add" in request.form:
        form.needs_file()
    if form.paper.data and not form.errors:
        with form.showing_refusals():
            kind = DocumentKind(form.kind.data)
            rules.give_paper(application, form.paper.data.read(), kind, once=form.once.data or "")
            db.session.commit()
    return not form.errors


@blueprint.errorhandler(413)
def too_big(_error: Exception) -> ResponseReturnValue:
    """Say at the field that a file was too big to be read at all."""
    return redirect(url_for("student.documents", too_big="yes"), 303)


@blueprint.post("/apply/tasks/documents/<int:paper_id>/away")
@web.guest
def take_away(paper_id: int) -> ResponseReturnValue:
    """Take a paper away again."""
    application = base.editable()
    paper = db.one_or_404(queries.documents_of(application.id).where(Document.id == paper_id))
    rules.take_away(application, paper)
    return redirect(url_for("student.documents"), 303)


@blueprint.get("/apply/<slug>/form")
@web.public
def paper_form(slug: str) -> ResponseReturnValue:
    """The whole application on paper, with the words of the steps themselves."""
    community = db.one_or_404(communities.taking_applications().where(Organisation.slug == slug))
    context = {"parts": the.on_paper(), "wordings": WORDINGS, "helper_url": links.url("student.helper", slug=slug)}
    return render_template("student/paper_form.html", community=community, **context)

"""The team's pages: the list, one application, and each thing that can be done with it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.file import rules as files
from campaigns.kit import db, paging, web
from campaigns.student import queries, rules
from campaigns.student.forms import CheckForm, ConfirmForm, DecisionForm, QuestionForm, WithdrawForm
from campaigns.student.models import Application, Document
from campaigns.student.states import IN_WORDS, Purpose, Stage
from campaigns.student.views.base import blueprint
from campaigns.student.wordings import WORDINGS

BOTH = ["GET", "POST"]
ONE = "/a/<slug>/applications/<ref>"


def _community(slug: str) -> Community:
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, Action.SEE_APPLICATIONS, community)
    return community


def _application(slug: str, ref: str, action: Action) -> tuple[Community, Application]:
    """One application of a community, where this person may do `action` with it."""
    community = db.one_or_404(communities.of_member(current_user, slug))
    mine = queries.visible_to(current_user).where(Application.organisation_id == community.id, Application.ref == ref)
    application = db.one_or_404(queries.in_full(mine))
    access.require(current_user, action, application)
    return community, application


def _shown(slug: str, ref: str) -> ResponseReturnValue:
    return redirect(url_for("student.application", slug=slug, ref=ref), 303)


@blueprint.get("/a/<slug>/applications")
@web.signed_in
def applications(slug: str) -> ResponseReturnValue:
    """The applications of a community, newest first, all or in one stage."""
    community = _community(slug)
    stage = next((each for each in Stage if each.value == request.args.get("stage")), None)
    page = paging.page(
        queries.listed(current_user, community.id, stage), Application.id, before=request.args.get("before")
    )
    counts = {row[0]: row[1] for row in db.session.execute(queries.counts(current_user, community.id))}
    return render_template("student/applications.html", community=community, page=page, counts=counts, stage=stage)


@blueprint.get(ONE)
@web.signed_in
def application(slug: str, ref: str) -> ResponseReturnValue:
    """One application, without who the student is."""
    community, found = _application(slug, ref, Action.ASK_APPLICANT)
    may = {action.value: access.allows(current_user, action, found) for action in Action if action in OFFERED}
    standings = rules.standings(found)
    context = {"may": may, "standings": standings, "reasons": IN_WORDS}
    return render_template("student/application.html", community=community, application=found, **context)


OFFERED = frozenset(
    {Action.VET, Action.ASK_APPLICANT, Action.SEE_IDENTITY, Action.CHECK_CONSENT, Action.RECORD_OUTCOME}
)


@blueprint.post(f"{ONE}/review")
@web.signed_in
def review(slug: str, ref: str) -> ResponseReturnValue:
    """Take it into review."""
    _, found = _application(slug, ref, Action.VET)
    rules.take_into_review(found, by=current_user)
    return _shown(slug, ref)


@blueprint.route(f"{ONE}/question", methods=BOTH)
@web.signed_in
def question(slug: str, ref: str) -> ResponseReturnValue:
    """Ask the student for more."""
    community, found = _application(slug, ref, Action.ASK_APPLICANT)
    form = QuestionForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.ask(found, form.question.data or "", by=current_user)
            return _shown(slug, ref)
    return render_template("student/question.html", form=form, community=community, application=found), form.status


@blueprint.route(f"{ONE}/decision", methods=BOTH)
@web.signed_in
def decision(slug: str, ref: str) -> ResponseReturnValue:
    """Approve or decline."""
    community, found = _application(slug, ref, Action.VET)
    form = DecisionForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.decide(found, form.chosen, note=form.note.data or "", by=current_user)
            return _shown(slug, ref)
    return render_template("student/decision.html", form=form, community=community, application=found), form.status


@blueprint.route(f"{ONE}/identity", methods=BOTH)
@web.signed_in
def identity(slug: str, ref: str) -> ResponseReturnValue:
    """Who the student is; shown in answer to a POST, because reading it is noted."""
    community, found = _application(slug, ref, Action.SEE_IDENTITY)
    form = ConfirmForm()
    person = rules.read_identity(found, by=current_user) if form.validate_on_submit() else None
    return render_template("student/identity.html", form=form, community=community, application=found, person=person)


@blueprint.post(f"{ONE}/papers/<int:paper_id>")
@web.signed_in
def paper(slug: str, ref: str, paper_id: int) -> ResponseReturnValue:
    """One paper, as a download in answer to a POST, because reading it is noted."""
    _, found = _application(slug, ref, Action.SEE_DOCUMENT)
    kept = db.one_or_404(queries.documents_of(found.id).where(Document.id == paper_id))
    try:
        data = rules.read_paper(found, kept, by=current_user)
    except FileNotFoundError as error:
        raise NotFound from error
    return web.attachment(data, kept.file.mime, files.name_of(kept.file))


@blueprint.route(f"{ONE}/consent", methods=BOTH)
@web.signed_in
def consent_check(slug: str, ref: str) -> ResponseReturnValue:
    """Note how consent was checked."""
    community, found = _application(slug, ref, Action.CHECK_CONSENT)
    form = CheckForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.check(found, set(map(Purpose, form.purposes.data or ())), how=form.how.data or "", by=current_user)
            return _shown(slug, ref)
    context = {"standings": rules.standings(found), "wordings": WORDINGS, "ending": WithdrawForm()}
    page = render_template("student/consent_check.html", form=form, community=community, application=found, **context)
    return page, form.status


@blueprint.post(f"{ONE}/consent/withdraw")
@web.signed_in
def consent_withdraw(slug: str, ref: str) -> ResponseReturnValue:
    """End consent to one purpose at once."""
    _, found = _application(slug, ref, Action.CHECK_CONSENT)
    form = WithdrawForm()
    if form.validate_on_submit():
        rules.withdraw(found, Purpose(form.purpose.data), by=current_user)
    return _shown(slug, ref)

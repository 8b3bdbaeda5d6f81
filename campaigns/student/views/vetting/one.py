"""One application: its page, taking it into review, asking for more, and looking at who it is."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from campaigns import access
from campaigns.access import Action
from campaigns.file import rules as files
from campaigns.kit import db, web
from campaigns.student import queries, rules
from campaigns.student.forms import ConfirmForm, QuestionForm
from campaigns.student.models import Document
from campaigns.student.redact import redacted
from campaigns.student.states import CONFLICTS_IN_WORDS, IN_WORDS, RUBRIC
from campaigns.student.views.base import blueprint
from campaigns.student.views.team import papers_of
from campaigns.student.views.vetting.base import BOTH, ONE, hidden_names, one_application, shown

OFFERED = (
    Action.VET,
    Action.DECIDE_APPLICATION,
    Action.ASK_APPLICANT,
    Action.SEE_IDENTITY,
    Action.CHECK_CONSENT,
    Action.OVERRULE_CONFLICT,
    Action.SEE_DOCUMENT,
    Action.RESTORE_ENTRY,
    Action.RECORD_OUTCOME,
)


@blueprint.get(ONE)
@web.signed_in
def application(slug: str, ref: str) -> ResponseReturnValue:
    """One application, without who the student is."""
    community, found = one_application(slug, ref, Action.ASK_APPLICANT)
    may = {action.value: access.allows(current_user, action, found) for action in OFFERED}
    hidden = hidden_names(found)
    context = {
        "may": may,
        "standings": rules.standings(found),
        "words": {"reasons": IN_WORDS, "conflicts": CONFLICTS_IN_WORDS, "rubric": RUBRIC},
        "changes": rules.what_changed(found, hidden),
        "hide": lambda text: redacted(text, hidden),
        "costs": rules.costs(found),
        **papers_of(found),
    }
    return render_template("student/application.html", community=community, application=found, **context)


@blueprint.post(f"{ONE}/review")
@web.signed_in
def review(slug: str, ref: str) -> ResponseReturnValue:
    """Take it into review."""
    _, found = one_application(slug, ref, Action.DECIDE_APPLICATION)
    rules.take_into_review(found, by=current_user)
    return shown(slug, ref)


@blueprint.route(f"{ONE}/question", methods=BOTH)
@web.signed_in
def question(slug: str, ref: str) -> ResponseReturnValue:
    """Ask the student for more."""
    community, found = one_application(slug, ref, Action.ASK_APPLICANT)
    form = QuestionForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.ask(found, form.question.data or "", by=current_user)
            return shown(slug, ref)
    return render_template("student/question.html", form=form, community=community, application=found), form.status


@blueprint.route(f"{ONE}/identity", methods=BOTH)
@web.signed_in
def identity(slug: str, ref: str) -> ResponseReturnValue:
    """Who the student is; shown in answer to a POST, because reading it is noted."""
    community, found = one_application(slug, ref, Action.SEE_IDENTITY)
    form = ConfirmForm()
    person = rules.read_identity(found, by=current_user) if form.validate_on_submit() else None
    return render_template("student/identity.html", form=form, community=community, application=found, person=person)


@blueprint.post(f"{ONE}/papers/<int:paper_id>")
@web.signed_in
def paper(slug: str, ref: str, paper_id: int) -> ResponseReturnValue:
    """One paper, as a download in answer to a POST, because reading it is noted."""
    _, found = one_application(slug, ref, Action.SEE_DOCUMENT)
    kept = db.one_or_404(queries.documents_of(found.id).where(Document.id == paper_id))
    try:
        data = rules.read_paper(found, kept, by=current_user)
    except FileNotFoundError as error:
        raise NotFound from error
    return web.attachment(data, kept.file.mime, files.name_of(kept.file))

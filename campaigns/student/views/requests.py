"""The pages behind the links of referees, guardians and schools: a GET shows, a POST answers."""

from collections.abc import Callable
from typing import Any

from flask import Response, after_this_request, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.account.models import Organisation, User
from campaigns.kit import db, web
from campaigns.kit.forms import Form
from campaigns.kit.limits import limiter
from campaigns.kit.links import LinkSpent
from campaigns.student import queries
from campaigns.student import rules as students
from campaigns.student.forms import WithdrawForm
from campaigns.student.forms.requests import VouchForm, guardian_form, school_form
from campaigns.student.models import Application, ConfirmationRequest
from campaigns.student.rules import requests as rules
from campaigns.student.states import Known, Purpose, RequestKind, RequestState
from campaigns.student.views import base
from campaigns.student.views.base import blueprint
from campaigns.student.wordings import WORDINGS

BOTH = ["GET", "POST"]
answers_by_address = limiter.limit("60/hour", methods=["POST"])


@blueprint.errorhandler(LinkSpent)
def spent(_error: LinkSpent) -> ResponseReturnValue:
    """Say that a link is used up or too old, and what to do."""
    db.session.rollback()
    return render_template("student/request/spent.html"), 410


def keep_private() -> None:
    """No copy in the browser, and in no search engine."""

    def mark(response: Response) -> Response:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    base.keep_no_copy()
    after_this_request(mark)


def _page(name: str, asked: ConfirmationRequest, form: Form, **context: Any) -> ResponseReturnValue:
    """The question, with no more of the student than is needed to answer it."""
    application = db.session.get_one(Application, asked.application_id)
    context |= {
        "community": db.session.get_one(Organisation, application.organisation_id),
        "student": base.identity_of(application).legal_name,
    }
    return render_template(f"student/request/{name}.html", form=form, asked=asked, **context), form.status


def _answer(kind: RequestKind, token: str, form: Any, keep: Callable[[], object]) -> ResponseReturnValue | None:
    """Keep an answer that is in order, and lead back; a second one sent at the same time changes nothing."""
    if not form.validate_on_submit():
        return None
    with form.showing_refusals():
        try:
            rules.decline(kind, token, form.refusal) if form.refusal else keep()
        except LinkSpent:
            db.session.rollback()  # where this link has answered, the page says so; else that it is spent
        return redirect(request.url, 303)
    return None


def _asked(kind: RequestKind, token: str) -> tuple[ConfirmationRequest, bool]:
    """The request behind a link, and whether it still waits for its answer."""
    keep_private()
    asked = rules.behind(kind, token)
    return asked, asked.state is RequestState.OPEN


def _thanks(asked: ConfirmationRequest, **context: Any) -> ResponseReturnValue:
    return render_template("student/request/thanks.html", asked=asked, **context)


@blueprint.route("/vouch/<token>", methods=BOTH)
@web.guest
@answers_by_address
def vouch(token: str) -> ResponseReturnValue:
    """A referee vouches, or says that they cannot."""
    asked, waits = _asked(RequestKind.REFEREE, token)
    if not waits:
        return _thanks(asked)
    form = VouchForm(data={"name": asked.name, "relation": asked.relation})
    done = _answer(RequestKind.REFEREE, token, form, lambda: _vouch(token, form))
    return done or _page("vouch", rules.behind(RequestKind.REFEREE, token), form)


def _vouch(token: str, form: VouchForm) -> None:
    by: User | None = current_user._get_current_object() if current_user.is_authenticated else None
    said = {"name": form.name.data, "relation": form.relation.data, "text": form.text.data}
    rules.vouch(token, known=Known(form.known.data), email=form.email.data or "", by=by, **said)


@blueprint.route("/guardian/<token>", methods=BOTH)
@web.guest
@answers_by_address
def guardian_answer(token: str) -> ResponseReturnValue:
    """A guardian agrees or not, to each purpose apart."""
    asked, waits = _asked(RequestKind.GUARDIAN, token)
    if not waits:
        agreed = asked.state is RequestState.ANSWERED
        return _thanks(asked, key=rules.agreed_key(asked) if agreed else None)
    form = guardian_form()
    given = {"name": form.name.data or "", "relation": form.relation.data or ""}
    done = _answer(RequestKind.GUARDIAN, token, form, lambda: rules.agree(token, form.agreed, **given))
    return done or _page("guardian", rules.behind(RequestKind.GUARDIAN, token), form, wordings=WORDINGS)


@blueprint.route("/guardian/agreed/<key>", methods=BOTH)
@web.guest
@answers_by_address
def guardian_agreed(key: str) -> ResponseReturnValue:
    """What a guardian has agreed to; each can be ended at any time."""
    keep_private()
    form, asked = WithdrawForm(), rules.ending(key)
    if form.validate_on_submit():
        rules.end(key, Purpose(form.purpose.data))
        flash("It has ended. What it allowed is not shown any more.", "good")
        return redirect(request.url, 303)
    application = db.session.get_one(Application, asked.application_id)
    standings = students.standings(application)
    return _page("agreed", asked, form, standings=standings, wordings=WORDINGS)


@blueprint.route("/school/<token>", methods=BOTH)
@web.guest
@answers_by_address
def school_answer(token: str) -> ResponseReturnValue:
    """A school confirms the place, the costs, its fee note and where it is paid."""
    asked, waits = _asked(RequestKind.SCHOOL, token)
    if not waits:
        return _thanks(asked, token=token)
    application = db.session.get_one(Application, asked.application_id)
    needs = db.session.scalars(queries.needs_of(application.id)).all()
    form = school_form(needs, level=application.level)
    done = _answer(RequestKind.SCHOOL, token, form, lambda: rules.confirm_enrolment(token, form.said))
    school = db.session.get_one(Organisation, asked.school_id)
    return done or _page("school", rules.behind(RequestKind.SCHOOL, token), form.ask_for_file_again(), school=school)

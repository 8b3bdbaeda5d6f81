"""The way in: choosing a community, three questions, the code, coming back, going."""

from flask import Response, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.account.models import Organisation, User
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db, web
from campaigns.kit.limits import limiter
from campaigns.student import rules
from campaigns.student.forms import ConfirmForm, EligibilityForm, ResumeForm
from campaigns.student.views import base
from campaigns.student.views.base import blueprint


@blueprint.get("/apply")
@web.public
def choose() -> ResponseReturnValue:
    """The communities that take applications."""
    found = db.session.scalars(communities.taking_applications()).all()
    return render_template("student/choose.html", communities=found)


@blueprint.route("/apply/<slug>", methods=["GET", "POST"])
@web.guest
@limiter.limit("60/hour", methods=["POST"])
def eligibility(slug: str) -> ResponseReturnValue:
    """Three questions; who can be helped gets a draft and its code."""
    community = db.one_or_404(communities.taking_applications().where(Organisation.slug == slug))
    form = EligibilityForm()
    if form.validate_on_submit():
        if form.hindrances:
            return render_template("student/not_yet.html", community=community, hindrances=form.hindrances)
        with form.showing_refusals():
            return _begin(community, form.once.data)
    return render_template("student/eligibility.html", community=community, form=form), form.status


def _begin(community: Community, once: str) -> ResponseReturnValue:
    by: User | None = current_user._get_current_object() if current_user.is_authenticated else None
    application, code = rules.start(community, once=once, by=by)
    base.hold(application)
    session["application_code"] = code
    return redirect(url_for("student.code"), 303)


@blueprint.route("/apply/code", methods=["GET", "POST"])
@web.guest
def code() -> ResponseReturnValue:
    """The code to write down, until the student says it is written; it cannot be shown again."""
    application, form = base.held(bare=True), ConfirmForm()
    if form.validate_on_submit() or "application_code" not in session:
        session.pop("application_code", None)
        return redirect(url_for("student.secret" if session.get("application_bare") else "student.tasks"), 303)
    return render_template("student/code.html", application=application, form=form, code=session["application_code"])


@blueprint.post("/apply/code/new")
@web.guest
@limiter.limit("10/hour")
def new_code() -> ResponseReturnValue:
    """Another code in place of one that was lost."""
    session["application_code"] = rules.renew_code(base.held(bare=True))
    return redirect(url_for("student.code"), 303)


@blueprint.route("/apply/resume", methods=["GET", "POST"])
@web.guest
@limiter.limit("20/minute;100/hour", methods=["POST"], deduct_when=lambda answer: answer.status_code == 422)
def resume() -> ResponseReturnValue:
    """Back to an application with its code and secret."""
    form = ResumeForm()
    if form.validate_on_submit():
        opened = rules.resume(form.code.data or "", form.secret.data or "")
        db.session.commit()  # a wrong try counts, although the page that says so answers 422
        if opened is not None:
            return _open(opened)
        form.refuse(rules.WrongCode())
    return render_template("student/resume.html", form=form, holds=base.holds()), form.status


def _open(opened: rules.Opened) -> ResponseReturnValue:
    base.let_go()
    base.hold(opened.application)
    if opened.code is not None:
        session["application_code"] = opened.code
        return redirect(url_for("student.code"), 303)
    return redirect(url_for("student.tasks"), 303)


@blueprint.post("/apply/leave")
@web.guest
def leave() -> ResponseReturnValue:
    """Let go of the application in this browser, and have it forget the pages it has seen."""
    return gone()


def gone(*, sent: bool = False, handed_over: bool = False) -> Response:
    """The page that says that nothing is open any more; the browser forgets the pages it has seen."""
    base.let_go()
    page = make_response(render_template("student/gone.html", sent=sent, handed_over=handed_over))
    page.headers["Clear-Site-Data"] = '"cache"'
    return page

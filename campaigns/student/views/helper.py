"""Helper mode: somebody whom the student asked enters the application, and hands it over."""

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.account.models import Organisation, User
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db, links, web
from campaigns.kit.limits import limiter
from campaigns.student import rules
from campaigns.student.forms import ConfirmForm, HelperForm
from campaigns.student.views import base
from campaigns.student.views.base import blueprint
from campaigns.student.views.entrance import gone

BOTH = ["GET", "POST"]
HANDED = "handed_over"  # the code for the student, until the helper has passed it on


@blueprint.route("/apply/<slug>/helper", methods=BOTH)
@web.guest
@limiter.limit("60/hour", methods=["POST"])
def helper(slug: str) -> ResponseReturnValue:
    """Who helps, and the three questions; then the same steps as for a student."""
    community = db.one_or_404(communities.taking_applications().where(Organisation.slug == slug))
    form = HelperForm()
    if form.validate_on_submit():
        if form.hindrances:
            return render_template("student/not_yet.html", community=community, hindrances=form.hindrances)
        with form.showing_refusals():
            return _begin(community, form)
    return render_template("student/helper.html", community=community, form=form), form.status


def _begin(community: Community, form: HelperForm) -> ResponseReturnValue:
    by: User | None = current_user._get_current_object() if current_user.is_authenticated else None
    application, code = rules.help_with(community, form.helper, once=form.once.data, by=by)
    base.hold(application)
    session["application_code"] = code
    return redirect(url_for("student.code"), 303)


@blueprint.route("/apply/tasks/hand-over", methods=BOTH)
@web.guest
def hand_over() -> ResponseReturnValue:
    """Leaving the application to the student: this browser lets go of it."""
    if HANDED in session:
        return redirect(url_for("student.handed_over"), 303)
    application, form = base.editable(), ConfirmForm()
    if not application.with_helper:
        return redirect(url_for("student.tasks"), 303)
    if form.validate_on_submit():
        with form.showing_refusals():
            session[HANDED] = rules.hand_over(application)
            base.let_go()
            return redirect(url_for("student.handed_over"), 303)
    return render_template("student/hand_over.html", application=application, form=form), form.status


@blueprint.route("/apply/handed-over", methods=BOTH)
@web.guest
def handed_over() -> ResponseReturnValue:
    """The code for the student, on paper or by hand, until the helper says that it is passed on."""
    form = ConfirmForm()
    if HANDED not in session:
        return redirect(url_for("student.resume"), 303)
    if form.validate_on_submit():
        session.pop(HANDED)
        return gone(handed_over=True)
    base.keep_no_copy()
    resume_url = links.url("student.resume")
    return render_template("student/handed_over.html", form=form, code=session[HANDED], resume_url=resume_url)

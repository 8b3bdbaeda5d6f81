"""What a student can say against being declined, and the waiting list that everybody can see."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaigns.community import queries as communities
from campaigns.kit import db, web
from campaigns.student import queries, rules
from campaigns.student.forms import AppealForm
from campaigns.student.views import base
from campaigns.student.views.base import blueprint

SMALLEST_GROUP = 10


@blueprint.route("/apply/status/appeal", methods=["GET", "POST"])
@web.guest
def appeal() -> ResponseReturnValue:
    """Say once that something was overlooked."""
    application, form = base.held(), AppealForm()
    if application.appeal_until is None:
        return redirect(url_for("student.status"), 303)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.appeal(application, form.text.data or "")
            return redirect(url_for("student.status"), 303)
    return render_template("student/appeal.html", form=form, application=application), form.status


@blueprint.get("/communities/<slug>/waitlist")
@web.public
def waitlist(slug: str) -> ResponseReturnValue:
    """How many wait, in which order, and since which month; of a small group only that it is small."""
    community = db.one_or_404(communities.by_slug(slug))
    waiting = db.session.scalars(queries.waiting_since(community.id)).all()
    since = waiting if len(waiting) >= SMALLEST_GROUP else []
    return render_template("student/waitlist.html", community=community, since=since, smallest=SMALLEST_GROUP)

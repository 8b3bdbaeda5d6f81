"""The list of applications."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.kit import db, paging, web
from campaigns.student import queries
from campaigns.student.models import Application
from campaigns.student.states import Stage
from campaigns.student.views.base import blueprint
from campaigns.student.views.vetting.base import community_of

OFFERED = (Action.IMPORT_APPLICATIONS, Action.SEE_MESSAGES)


@blueprint.get("/a/<slug>/applications")
@web.signed_in
def applications(slug: str) -> ResponseReturnValue:
    """The applications of a community, newest first: all, in one stage, to score, or to decide."""
    community = community_of(slug)
    stage = next((each for each in Stage if each.value == request.args.get("stage")), None)
    show = request.args.get("show", "")
    select = queries.listed(current_user, community.id, stage, mine=show == "mine", ready=show == "ready")
    page = paging.page(select, Application.id, before=request.args.get("before"))
    counts = {row[0]: row[1] for row in db.session.execute(queries.counts(current_user, community.id))}
    may = {action.value: access.holds(current_user, action, community) for action in OFFERED}
    context = {"page": page, "counts": counts, "stage": stage, "show": show, "may": may}
    return render_template("student/applications.html", community=community, **context)

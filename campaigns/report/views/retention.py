"""What retention has forgotten, for administrators."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.kit import paging, web
from campaigns.report import queries
from campaigns.report.models import RetentionRun
from campaigns.report.rules import retention as rules
from campaigns.report.views.base import blueprint


@blueprint.get("/admin/retention")
@web.signed_in
def retention() -> ResponseReturnValue:
    """Each night's run, and what is due now."""
    access.require(current_user, Action.ADMINISTER, RetentionRun())
    page = paging.page(queries.runs().order_by(None), RetentionRun.id, before=request.args.get("before"))
    return render_template("report/retention.html", page=page, kinds=rules.KINDS, due=rules.due())

"""What the team does beside vetting: the papers it sees, and a way back for a student who forgot the secret."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.kit import db, web
from campaigns.student import queries, rules
from campaigns.student.forms import PAPERS, PROMISES, ROLES, ConfirmForm
from campaigns.student.models import Application
from campaigns.student.views.base import blueprint


def papers_of(application: Application) -> dict[str, object]:
    """What the page of an application shows of its papers, and of who helped."""
    return {
        "papers": db.session.scalars(queries.documents_of(application.id)).all(),
        "promised": db.session.scalars(queries.promises_of(application.id)).all(),
        "paper_words": PAPERS,
        "promise_words": PROMISES,
        "roles": ROLES,
    }


@blueprint.route("/a/<slug>/applications/<ref>/secret", methods=["GET", "POST"])
@web.signed_in
def reset_secret(slug: str, ref: str) -> ResponseReturnValue:
    """A code that works once, for a student who forgot the secret; shown in answer to a POST, and never again."""
    community = db.one_or_404(communities.of_member(current_user, slug))
    mine = queries.visible_to(current_user).where(Application.organisation_id == community.id, Application.ref == ref)
    application = db.one_or_404(queries.in_full(mine))
    access.require(current_user, Action.RESTORE_ENTRY, application)
    form = ConfirmForm()
    code = rules.issue_reset(application, by=current_user) if form.validate_on_submit() else None
    return render_template(
        "student/reset_secret.html", form=form, community=community, application=application, code=code
    )

"""Several decisions at once, after reading every letter."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community.models import Community
from campaigns.kit import db, web
from campaigns.student import queries, rules
from campaigns.student.forms import ConfirmForm
from campaigns.student.models import Application
from campaigns.student.states import IN_WORDS, Reason
from campaigns.student.views.base import blueprint
from campaigns.student.views.vetting.base import BOTH, community_of

MOST = 50


@blueprint.route("/a/<slug>/applications/decide", methods=BOTH)
@web.signed_in
def batch(slug: str) -> ResponseReturnValue:
    """Choose a reason for each, read all letters on one page, and send them with one press."""
    community, form = community_of(slug), ConfirmForm()
    found = _ready(community)
    if form.validate_on_submit() and "send" in request.form:
        sent = ((each.ref, _sent(each)) for each in found)
        chosen = {ref: letter for ref, letter in sent if letter is not None}
        done = rules.decide_all(found, chosen, by=current_user)
        return render_template("student/batch_done.html", community=community, done=done)
    letters = [(each, rules.open_reasons(each), _picked(each), rules.preview(each, _picked(each))) for each in found]
    return render_template("student/batch.html", community=community, form=form, letters=letters, words=IN_WORDS)


def _ready(community: Community) -> list[Application]:
    """Those that were ticked, that all sheets are in for, and that this person may decide."""
    refs = request.values.getlist("ref")[:MOST]
    mine = queries.visible_to(current_user).where(
        Application.organisation_id == community.id, Application.ref.in_(refs), Application.recommended.is_not(None)
    )
    found = db.session.scalars(queries.in_full(mine).order_by(Application.id)).all()
    return [each for each in found if access.allows(current_user, Action.DECIDE_APPLICATION, each)]


def _picked(application: Application) -> Reason:
    """The reason that was chosen for it, or the first that fits."""
    typed, open_now = request.values.get(f"reason_{application.ref}"), rules.open_reasons(application)
    return next((reason for reason in open_now if reason.value == typed), open_now[0])


def _sent(application: Application) -> rules.Chosen | None:
    """Why, and which letter was read; None for one that had no letter on the page."""
    reason, seen = request.form.get(f"reason_{application.ref}"), request.form.get(f"seen_{application.ref}")
    return rules.Chosen(Reason(reason), seen) if reason in set(Reason) and seen else None

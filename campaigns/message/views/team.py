"""Where the community answers sponsors who write to a group of students."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db, paging, web
from campaigns.message import queries, rules
from campaigns.message.forms import MessageForm
from campaigns.message.models import Thread
from campaigns.message.states import Side
from campaigns.message.views import base
from campaigns.message.views.base import blueprint


def _community(slug: str) -> Community:
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, Action.ANSWER_SPONSOR, community)
    return community


@blueprint.get("/a/<slug>/conversations")
@web.signed_in
def conversations(slug: str) -> ResponseReturnValue:
    """Conversations of sponsors with groups of students, newest first."""
    community = _community(slug)
    rows = queries.conversations(current_user, community.id)
    page = paging.page(rows, Thread.id, before=request.args.get("before"))
    return render_template("message/conversations.html", community=community, page=page)


@blueprint.route("/a/<slug>/conversations/<ref>", methods=["GET", "POST"])
@web.signed_in
def conversation(slug: str, ref: str) -> ResponseReturnValue:
    """One of them, and a form to answer for the students."""
    community, form = _community(slug), MessageForm()
    thread = db.one_or_404(queries.answered_by(current_user, community.id, ref))
    if form.validate_on_submit():
        with form.showing_refusals():
            said, once = form.text.data or "", form.once.data or ""
            rules.write(thread, said, sender=Side.COMMUNITY, once=once, by=current_user)
            flash("Your message waits for a safeguarding officer to read it.", "good")
            return redirect(url_for("message.conversation", slug=slug, ref=ref), 303)
    thread = db.one_or_404(queries.answered_by(current_user, community.id, ref))
    context = base.shown(thread, thread.pledge, Side.COMMUNITY)
    return render_template("message/conversation.html", community=_community(slug), form=form, **context), form.status

"""The moderators' pages: what waits, oldest first, and one message with what can be done with it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import crypto, db, paging, web
from campaigns.message import queries, rules
from campaigns.message.forms import ApproveForm, ConfirmForm, ReturnForm
from campaigns.message.models import Message
from campaigns.message.states import IN_WORDS, Reason
from campaigns.message.views.base import blueprint


def _community(slug: str) -> Community:
    """The community, for its team and for those who moderate for Vouch; else 404."""
    community = db.one_or_404(communities.by_slug(slug))
    moderates = access.holds(current_user, Action.SEE_MESSAGES, community)
    if not moderates and not current_user.roles_in(community.organisation_id):
        raise NotFound
    access.require(current_user, Action.SEE_MESSAGES, community)
    return community


def _message(slug: str, message_id: int) -> Message:
    _community(slug)
    message = db.one_or_404(queries.for_moderator(current_user, slug, message_id))
    access.require(current_user, Action.MODERATE_MESSAGE, message)
    return message


def _next(slug: str, told: str) -> ResponseReturnValue:
    flash(told, "good")
    return redirect(url_for("message.queue", slug=slug), 303)


@blueprint.get("/a/<slug>/messages")
@web.signed_in
def queue(slug: str) -> ResponseReturnValue:
    """The messages that wait, oldest first."""
    community = _community(slug)
    rows = queries.held(current_user, community.id)
    page = paging.page(rows, Message.id, before=request.args.get("after"), rising=True)
    return render_template("message/queue.html", community=community, page=page)


@blueprint.get("/a/<slug>/messages/<int:message_id>")
@web.signed_in
def show(slug: str, message_id: int) -> ResponseReturnValue:
    """One message as it was written, and as it would be passed on."""
    return _page(slug, message_id, ReturnForm())


def _page(
    slug: str, message_id: int, returning: ReturnForm, approving: ApproveForm | None = None
) -> ResponseReturnValue:
    message, approving = _message(slug, message_id), approving or ApproveForm(formdata=None)
    context = {
        "community": _community(slug),
        "message": message,
        "pieces": rules.marked(message),
        "seen": crypto.digest(message.shown or ""),
        "words": IN_WORDS,
        "form": returning,
        "approving": approving,
    }
    return render_template("message/show.html", **context), max(returning.status, approving.status)


@blueprint.post("/a/<slug>/messages/<int:message_id>/approve")
@web.signed_in
def approve(slug: str, message_id: int) -> ResponseReturnValue:
    """Pass it on, without its identifiers."""
    message, form = _message(slug, message_id), ApproveForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.approve(message, seen=form.seen.data or "", by=current_user)
            return _next(slug, "The message was passed on.")
    return _page(slug, message_id, ReturnForm(formdata=None), form)


@blueprint.post("/a/<slug>/messages/<int:message_id>/check")
@web.signed_in
def check_again(slug: str, message_id: int) -> ResponseReturnValue:
    """Search it again for identifiers."""
    message, form = _message(slug, message_id), ApproveForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.check_again(message, by=current_user)
            return redirect(url_for("message.show", slug=slug, message_id=message_id), 303)
    return _page(slug, message_id, ReturnForm(formdata=None), form)


@blueprint.post("/a/<slug>/messages/<int:message_id>/return")
@web.signed_in
def give_back(slug: str, message_id: int) -> ResponseReturnValue:
    """Give it back to its writer, or refuse it for good."""
    message, form = _message(slug, message_id), ReturnForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            _decide(message, Reason(form.reason.data))
            return _next(slug, "The message was not passed on.")
    return _page(slug, message_id, form)


def _decide(message: Message, reason: Reason) -> None:
    if reason is Reason.ABUSE:
        rules.refuse(message, by=current_user)
    else:
        rules.give_back(message, reason, by=current_user)


@blueprint.post("/a/<slug>/conversations/<ref>/close")
@web.signed_in
def close(slug: str, ref: str) -> ResponseReturnValue:
    """End a conversation."""
    _community(slug)
    thread = db.one_or_404(queries.to_close(current_user, slug, ref))
    if ConfirmForm().validate_on_submit():
        rules.close(thread, by=current_user)
    return _next(slug, "The conversation has ended.")

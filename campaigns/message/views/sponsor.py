"""The sponsor's side, for whoever holds the pledge's signed link."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.campaign import queries as campaigns
from campaigns.kit import db, links, web
from campaigns.kit.limits import limiter
from campaigns.message import queries, rules
from campaigns.message.forms import ConfirmForm, MessageForm
from campaigns.message.models import Thread
from campaigns.message.states import Side
from campaigns.message.views import base
from campaigns.message.views.base import blueprint
from campaigns.pledge import queries as pledges
from campaigns.pledge.models import Pledge


def _own(ref: str) -> tuple[Pledge, Thread | None]:
    """The confirmed pledge whose signed link was followed, and its conversation; else 404."""
    if links.signed("pledge", request.args.get("k", "")) != ref:
        abort(404)
    pledge = db.one_or_404(pledges.by_ref(ref).where(Pledge.confirmed_at.is_not(None)))
    return pledge, db.session.scalars(queries.of_pledge(pledge.id)).one_or_none()


def _here(ref: str) -> str:
    return url_for("message.sponsor", ref=ref, k=request.args["k"])


@blueprint.route("/p/<ref>/messages", methods=["GET", "POST"])
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def sponsor(ref: str) -> ResponseReturnValue:
    """What was written, and a form to write; each message is read by a person first."""
    pledge, _ = _own(ref)
    form = MessageForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.write(rules.begin(pledge), form.text.data or "", sender=Side.SPONSOR, once=form.once.data or "")
            flash("Your message waits for somebody of the community to read it.", "good")
            return redirect(_here(ref), 303)
    return render_template("message/sponsor.html", form=form, **_page(ref)), form.status


def _page(ref: str) -> dict[str, Any]:
    pledge, thread = _own(ref)  # again: a refusal has rolled back what was loaded before
    aliases = [each.alias for each in db.session.scalars(campaigns.applications_of(pledge.campaign_id))]
    return {
        "pledge": pledge,
        "key": request.args["k"],
        "alias": aliases[0] if len(aliases) == 1 else None,
        **base.shown(thread, pledge, Side.SPONSOR),
    }


@blueprint.post("/p/<ref>/messages/<any(read, end):step>")
@web.guest
@limiter.limit("20/minute")
def sponsor_step(ref: str, step: str) -> ResponseReturnValue:
    """Note that all was read, or end the conversation."""
    _, thread = _own(ref)
    if thread is not None and ConfirmForm().validate_on_submit():
        if step == "read":
            rules.mark_read(thread, reader=Side.SPONSOR)
        else:
            rules.end(thread, side=Side.SPONSOR)
    return redirect(_here(ref), 303)

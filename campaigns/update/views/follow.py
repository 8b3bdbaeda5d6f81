"""Following a campaign by e-mail, and leaving."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from campaigns.kit import db, links, web
from campaigns.kit.forms import Form
from campaigns.kit.limits import limiter
from campaigns.notice import rules as notice
from campaigns.notice.models import Subscription
from campaigns.update import queries, rules
from campaigns.update.forms import FollowForm
from campaigns.update.views.base import blueprint


@blueprint.route("/c/<slug>/follow", methods=["GET", "POST"])
@limiter.limit("10/minute;60/hour", methods=["POST"])
@web.guest
def follow(slug: str) -> ResponseReturnValue:
    """Ask to hear of a campaign; the answer is the same for every address."""
    campaign = db.one_or_404(queries.public_campaign(slug))
    form = FollowForm()
    if form.validate_on_submit():
        rules.follow(campaign, form.email.data)
        return redirect(url_for("update.follow", slug=slug, sent=1), 303)
    sent = request.args.get("sent") == "1" and not form.errors
    return render_template("update/follow.html", campaign=campaign, form=form, sent=sent), form.status


@blueprint.route("/follow/<token>", methods=["GET", "POST"])
@web.guest
def confirm_follow(token: str) -> ResponseReturnValue:
    """GET asks, POST confirms; the link then goes on showing that it has."""
    form = Form()
    if form.validate_on_submit():
        rules.confirm_follow(token)
        return redirect(url_for("update.confirm_follow", token=token), 303)
    following = db.session.scalars(queries.followed_with(token)).one_or_none()
    number = following.id if following else links.peek("follow", token).subject_id
    subscription = db.one_or_404(queries.subscription(number))
    return _page("update/confirm.html", subscription, form=form, following=following is not None)


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
@web.machine
def unsubscribe(token: str) -> ResponseReturnValue:
    """GET asks, POST ends: for people, and for mail programs that post as RFC 8058 says, without a session."""
    subscription = rules.found_by(token)
    if subscription is None:
        raise NotFound()
    if request.method == "POST":
        notice.unsubscribe(subscription)
    return _page("update/unsubscribe.html", subscription, ended=subscription.ended_at is not None)


def _page(template: str, subscription: Subscription, **context: object) -> ResponseReturnValue:
    campaign = db.one_or_404(queries.followed_campaign(subscription))
    return render_template(template, campaign=campaign, subscription=subscription, **context)

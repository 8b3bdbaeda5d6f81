"""A sponsor chooses what should become of what is left, by the signed link."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.departure import queries, rules
from campaigns.departure.forms import ChoiceForm
from campaigns.departure.models import Share
from campaigns.departure.states import offered, silence
from campaigns.departure.views.base import blueprint, offer, target_of
from campaigns.kit import db, links, web
from campaigns.kit.limits import limiter
from campaigns.kit.money import Money


def _own(ref: str, share_id: int) -> Share:
    """What is left of the pledge whose signed link was followed; 404 without one."""
    if links.signed("pledge", request.args.get("k", "")) != ref:
        abort(404)
    return db.one_or_404(queries.share_of(ref, share_id))


@blueprint.route("/p/<ref>/rest/<int:share_id>", methods=["GET", "POST"])
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def choose(ref: str, share_id: int) -> ResponseReturnValue:
    """What is left, and what can become of it; once it is chosen, what did."""
    share, form = _own(ref, share_id), ChoiceForm()
    left = rules.left_of(share)
    offer(form, share, left, offered(share.departure.kind))
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.choose(share, form.chosen, target_of(form, share, left))
            return redirect(url_for("departure.choose", ref=ref, share_id=share_id, k=request.args["k"]), 303)
    share = _own(ref, share_id)
    context = {"share": share, "paid": Money(left.paid, share.currency), "unpaid": Money(left.unpaid, share.currency)}
    back = url_for("pledge.show", ref=ref, k=request.args["k"])
    page = render_template(
        "departure/choose.html", form=form, back=back, silence=silence(share.departure.kind), **context
    )
    return page, form.status

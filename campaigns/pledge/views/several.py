"""One pledge over several campaigns: the form, the confirmation, and the page that shows the whole."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.community.models import Community
from campaigns.kit import clock, crypto, db, links, web
from campaigns.kit.limits import limiter
from campaigns.kit.links import LinkSpent
from campaigns.kit.money import Money
from campaigns.pledge import queries as pledges
from campaigns.pledge import rules
from campaigns.pledge.forms import ConfirmForm
from campaigns.pledge.forms.several import SeveralForm
from campaigns.pledge.models import PledgeGroup
from campaigns.pledge.queries import groups as queries
from campaigns.pledge.rules.group import total, would_stand
from campaigns.pledge.states import COUNTED, DUE_NOW, PledgeStatus
from campaigns.pledge.views.base import blueprint, own_url, takes_cards, transfer_code
from campaigns.pledge.views.give import page_of

BOTH = ["GET", "POST"]


@blueprint.route("/c/<slug>/pledge/several", methods=BOTH)
@web.guest
@limiter.limit("10/minute;60/hour", methods=["POST"])
def give_several(slug: str) -> ResponseReturnValue:
    """Choose campaigns of the same community, and how much for which."""
    asked = {"slug": slug, "now": clock.now()}
    campaign = db.session.execute(pledges.FORM_CAMPAIGN, asked).one_or_none() or abort(404)
    choices = db.session.execute(queries.to_choose(campaign.organisation_id, campaign.currency)).all()
    form = SeveralForm(campaign.currency, choices, campaign.id, card=takes_cards())
    if form.validate_on_submit():
        with form.showing_refusals():
            offer = form.offer_of(Money.zero(campaign.currency))
            group = rules.promise_several(campaign.organisation_id, form.shares, offer, once=form.once.data)
            return redirect(_url("pledge.several", group), 303)
    about = {each.id: (each.title, Money(each.uncovered, campaign.currency)) for each in choices}
    return render_template("pledge/several.html", form=form, about_each=about, **page_of(campaign)), form.status


@blueprint.route("/p/several/confirm/<token>", methods=BOTH)
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def confirm_several(token: str) -> ResponseReturnValue:
    """Show what is about to be confirmed, part by part; the POST confirms all of it."""
    try:
        number = links.peek(queries.PURPOSE, token).subject_id
    except LinkSpent:
        return _spent(token)
    group = db.one_or_404(queries.whole(number))
    form = ConfirmForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            seen = form.amount(group.pledges[0].currency)
            return redirect(_url("pledge.several", rules.confirm_several(token, form.wishes, seen=seen)), 303)
    page = _to_confirm(db.one_or_404(queries.whole(number)), form)
    return render_template("pledge/several_confirm.html", form=form, **page), form.status


@blueprint.get("/p/several/<ref>")
@web.guest
def several(ref: str) -> ResponseReturnValue:
    """The whole: each part, what is due of it now, and with which reference."""
    if links.signed("pledge.group", request.args.get("k", "")) != ref:
        abort(404)
    group = db.one_or_404(queries.by_ref(ref))
    if all(each.status is PledgeStatus.PROMISED for each in group.pledges):
        return render_template("pledge/several_sent.html", group=group, pledge=group.pledges[0])
    community = db.session.get_one(Community, group.organisation_id)
    context = {"group": group, "community": community, **_parts(group)}
    code = transfer_code(community, context["due_total"], group.reference) if context["due"] else None
    return render_template("pledge/several_show.html", code=code, **context)


def _parts(group: PledgeGroup) -> dict[str, Any]:
    zero = Money.zero(group.pledges[0].currency)
    standing = [each for each in group.pledges if each.status in COUNTED]
    due = [(each, one) for each in standing for one in each.instalments if one.state in DUE_NOW]
    return {
        "parts": [(each, own_url(each)) for each in group.pledges],
        "total": sum((each.money for each in standing), zero),
        "due": due,
        "due_total": sum((one.money for _, one in due), zero),
    }


def _to_confirm(group: PledgeGroup, form: ConfirmForm) -> dict[str, Any]:
    first, amounts = group.pledges[0], would_stand(group)
    now = sum(amounts.values(), Money.zero(first.currency))
    form.instead.data = now.amount
    form.name_as(first.organisation_name or first.name)
    return {"group": group, "pledge": first, "amounts": amounts, "now": now, "promised": total(group.pledges)}


def _url(endpoint: str, group: PledgeGroup) -> str:
    return url_for(endpoint, ref=group.ref, k=links.sign("pledge.group", group.ref))


def _spent(token: str) -> ResponseReturnValue:
    """A link followed again leads whoever confirmed with it to the whole."""
    known = db.session.scalars(queries.confirmed_with(crypto.digest(token))).one_or_none()
    if known is not None:
        return redirect(_url("pledge.several", known), 303)
    return render_template("pledge/spent.html"), 410

"""A pledge's own page, for whoever holds its signed link."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.community.models import Community
from campaigns.kit import db, links, web
from campaigns.kit.limits import limiter
from campaigns.pledge import queries, rules
from campaigns.pledge.forms import MoneyWishesForm, WithdrawForm
from campaigns.pledge.models import Pledge, PledgeGroup
from campaigns.pledge.queries import renewals
from campaigns.pledge.states import UNPAID, InstalmentState, Method, PledgeStatus
from campaigns.pledge.views.base import allow_checkout, blueprint, own, own_url, takes_cards, transfer_code
from campaigns.pledge.views.chain import chain, part_of
from campaigns.pledge.views.students import alias_for, group_of
from campaigns.student.states import REACHED

RETURNED = InstalmentState.RETURNED


@blueprint.get("/p/<ref>")
@web.guest
def show(ref: str) -> ResponseReturnValue:
    """Where the pledge stands, how to pay, what was paid, and how far the money has come."""
    pledge = own(ref)
    if pledge.status is PledgeStatus.PROMISED:
        return render_template("pledge/sent.html", pledge=pledge)
    allow_checkout()
    rows = db.session.execute(queries.lines_of(pledge.id)).all()
    parts = [part_of(row.BudgetLine, row.amount) for row in rows]
    several = any(row.several for row in rows)
    whom = {"several": several, "group": group_of(rows), "alias": alias_for(rows), "reached": REACHED}
    return render_template("pledge/show.html", parts=parts, chain=chain(pledge, parts), **whom, **_page(pledge))


@blueprint.route("/p/<ref>/change", methods=["GET", "POST"])
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def change(ref: str) -> ResponseReturnValue:
    """How the sponsor is shown, and whether updates are wanted."""
    pledge = own(ref)
    form = MoneyWishesForm(data=_chosen(pledge))
    form.name_as(pledge.organisation_name or pledge.name)
    if form.validate_on_submit():
        rules.change(pledge, form.wishes)
        flash("Saved.", "good")
        return redirect(own_url(pledge), 303)
    return render_template("pledge/change.html", pledge=pledge, form=form, back=own_url(pledge)), form.status


@blueprint.route("/p/<ref>/withdraw", methods=["GET", "POST"])
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def withdraw(ref: str) -> ResponseReturnValue:
    """Take back what is not paid yet."""
    pledge, form = own(ref), WithdrawForm()
    back = own_url(pledge)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.withdraw(pledge, form.reason.data)
            flash("Your pledge is taken back. Nothing more is due.", "good")
            return redirect(back, 303)
    return render_template("pledge/withdraw.html", pledge=own(ref), form=form, back=back), form.status


def _chosen(pledge: Pledge) -> dict[str, str]:
    return {
        "shown": "name" if pledge.show_name else "anonymous",
        "updates": "yes" if pledge.wants_updates else "no",
        "surplus": pledge.surplus,
    }


def _page(pledge: Pledge) -> dict[str, Any]:
    community = db.session.get_one(Community, pledge.organisation_id)
    due = pledge.payable(request.args.get("pay", type=int))
    unpaid = [each for each in pledge.instalments if each.state in UNPAID]
    by_card = pledge.method is Method.CARD and takes_cards()
    return {
        "pledge": pledge,
        "on_hold": db.session.scalar(sa.select(renewals.on_hold(pledge.id))),
        "key": links.sign("pledge", pledge.ref),
        "community": community,
        "due": due,
        "group_url": _group_url(pledge),
        "schedule": sorted(unpaid, key=lambda each: (each.due_on, each.number)) if len(unpaid) > 1 else [],
        "by_card": by_card and due is not None and rules.is_payable(due.money),
        "not_by_card": by_card and due is not None and not rules.is_payable(due.money),
        "just_paid": due is not None and "paid" in request.args,  # the provider leads back here; it proves nothing
        "code": transfer_code(community, due.money, due.reference) if due is not None else None,
        "promised": sum((each.money for each in pledge.instalments if each.state is not RETURNED), pledge.money * 0),
        "paid": [each for each in pledge.instalments if each.state is InstalmentState.PAID],
    }


def _group_url(pledge: Pledge) -> str | None:
    """The page of the whole, for a part of a pledge over several campaigns."""
    if pledge.group_id is None:
        return None
    ref = db.session.get_one(PledgeGroup, pledge.group_id).ref
    return url_for("pledge.several", ref=ref, k=links.sign("pledge.group", ref))

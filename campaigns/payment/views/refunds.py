"""What was paid for a pledge, what of it went back, and giving more back."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community.models import Community
from campaigns.kit import db, web
from campaigns.kit.money import Money
from campaigns.payment import gateway, queries
from campaigns.payment.forms.refunds import REASONS, RefundForm
from campaigns.payment.models import PaymentCase, Receipt, Refund
from campaigns.payment.queries import refunds as find
from campaigns.payment.rules import refunds as rules
from campaigns.payment.states import RefundState
from campaigns.payment.views.base import blueprint, community_for, place
from campaigns.pledge.models import Instalment, Pledge


@blueprint.get("/a/<slug>/money/pledges/<ref>")
@web.signed_in
def pledge(slug: str, ref: str) -> ResponseReturnValue:
    """What a sponsor has paid for a pledge, and what went back."""
    community = community_for(slug)
    found = db.one_or_404(find.pledge_of(current_user, community.id, ref))
    paid = db.session.execute(find.receipts_of(found.id)).all()
    back = db.session.execute(find.of_pledge(found.id)).all()
    may = access.allows(current_user, Action.REFUND, found)
    shown = {"pledge": found, "paid": paid, "back": back, "reasons": REASONS, "may_refund": may}
    return render_template("payment/pledge.html", **shown, **place(community))


@blueprint.route("/a/<slug>/money/receipts/<int(max=2147483647):receipt_id>/refund", methods=["GET", "POST"])
@web.signed_in
def refund(slug: str, receipt_id: int) -> ResponseReturnValue:
    """Give back a payment or a part of it."""
    community = community_for(slug, Action.REFUND)
    receipt = db.one_or_404(find.receipt_of(current_user, community.id, receipt_id))
    left, form = rules.refundable(receipt), RefundForm()
    form.offer(left, card=_by_card(receipt))
    if form.validate_on_submit():
        with form.showing_refusals():
            made = rules.ask(receipt, form.wish(), once=form.once.data, by=current_user)
            return _sent(community, made)
    found = db.one_or_404(find.receipt_of(current_user, community.id, receipt_id))
    about = {"receipt": found, "pledge": _pledge_of(found), "left": left, "form": form}
    return render_template("payment/refund.html", **about, **place(community)), form.status


@blueprint.route("/a/<slug>/money/cases/<int(max=2147483647):case_id>/refund", methods=["GET", "POST"])
@web.signed_in
def refund_case(slug: str, case_id: int) -> ResponseReturnValue:
    """Send what was put aside of a card payment back to the card."""
    community = community_for(slug, Action.REFUND)
    mine = queries.cases_of(current_user).where(PaymentCase.organisation_id == community.id)
    case = db.one_or_404(mine.where(PaymentCase.id == case_id))
    left, form = rules.aside_of(case) or Money.zero(case.currency or community.currency), RefundForm()
    form.offer(left, card=True, bank=False)
    if form.validate_on_submit():
        with form.showing_refusals():
            made = rules.ask_from(case, form.wish(), once=form.once.data, by=current_user)
            return _sent(community, made)
    found = db.one_or_404(mine.where(PaymentCase.id == case_id))
    return render_template(
        "payment/refund.html", case=found, pledge=None, left=left, form=form, **place(community)
    ), form.status


def _by_card(receipt: Receipt) -> bool:
    """Whether it came through the card company, and can go back through it."""
    if gateway.current() is None:
        return False
    return db.session.scalar(find.attempt_behind(receipt.id)) is not None


def _pledge_of(receipt: Receipt) -> Pledge:
    instalment = db.session.get_one(Instalment, receipt.instalment_id)
    return db.session.get_one(Pledge, instalment.pledge_id)


def _sent(community: Community, made: Refund) -> ResponseReturnValue:
    """Have it sent, once it is kept, and say how far it has come."""
    made_id, ref = made.id, db.session.get_one(Pledge, made.pledge_id).ref
    rules.send(made_id)
    flash(*SAID[db.session.get_one(Refund, made_id).state])
    return redirect(url_for("payment.pledge", slug=community.slug, ref=ref), 303)


SAID = {
    RefundState.BEGUN: ("Kept. The card company has not answered yet; we ask again by ourselves.", "info"),
    RefundState.ON_ITS_WAY: ("It is on its way. The sponsor is told when it has left.", "good"),
    RefundState.DONE: ("It has gone back. The sponsor is told by e-mail.", "good"),
    RefundState.FAILED: ("The card company refused it. The money is where it was; see below.", "bad"),
}


@blueprint.app_template_global()
def refunds_of(pledge_id: int) -> list[Any]:
    """What went back to a sponsor, or is to, for the pledge's own page."""
    every = db.session.execute(find.of_pledge(pledge_id)).all()
    return [row for row in every if row.Refund.state is not RefundState.FAILED]

"""What is kept for students who wait and for next term, and giving it to a campaign."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.campaign.models import Campaign
from campaigns.kit import db, web
from campaigns.kit.money import Money
from campaigns.ledger.models import LedgerAccount
from campaigns.payment.forms.refunds import GiveForm
from campaigns.payment.queries import pool as queries
from campaigns.payment.rules import pool as rules
from campaigns.payment.views.base import blueprint, community_for, place


@blueprint.get("/a/<slug>/money/pool")
@web.signed_in
def pool(slug: str) -> ResponseReturnValue:
    """What is kept, and for whom."""
    community = community_for(slug)
    kept = [_kept(each, community.id) for each in db.session.scalars(queries.accounts(community.id)).all()]
    return render_template("payment/pool.html", kept=kept, **place(community))


@blueprint.route("/a/<slug>/money/pool/<int:account_id>", methods=["GET", "POST"])
@web.signed_in
def give(slug: str, account_id: int) -> ResponseReturnValue:
    """Give some of it to a campaign."""
    community = community_for(slug, Action.RECORD_PAYMENT)
    account = db.one_or_404(queries.accounts(community.id).where(LedgerAccount.id == account_id))
    form = GiveForm(account.currency, db.session.scalars(queries.may_have(account, community.id)).all())
    if form.validate_on_submit():
        with form.showing_refusals():
            campaign = db.session.get_one(Campaign, form.campaign.data)
            rules.give(account, campaign, form.amount.data, once=form.once.data or "", by=current_user)
            flash("It is with the campaign now.", "good")
            return redirect(url_for("payment.pool", slug=slug), 303)
    account = db.one_or_404(queries.accounts(community.id).where(LedgerAccount.id == account_id))
    context = {"kept": _kept(account, community.id), **place(community)}
    return render_template("payment/give.html", form=form, **context), form.status


def _kept(account: LedgerAccount, organisation_id: int) -> dict[str, Any]:
    title = {row[0]: row[1] for row in db.session.execute(queries.titles(organisation_id))}.get(account.code)
    return {"id": account.id, "balance": Money(account.balance, account.currency), "campaign": title}

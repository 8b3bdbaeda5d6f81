"""What is owed after lost disputes: by whom, since when, and how it is settled."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation
from campaigns.community.models import Community
from campaigns.kit import db, web
from campaigns.ledger.models import LedgerAccount
from campaigns.payment.forms.refunds import BearForm
from campaigns.payment.queries import disputes as queries
from campaigns.payment.rules.disputes import debts as rules
from campaigns.payment.views.base import blueprint, community_for, place


def whose(account: LedgerAccount) -> str:
    """Who owes: a school that was paid before a bank took the money back, or the community itself."""
    parts = account.code.split(":")
    school = db.session.get(Organisation, int(parts[3])) if parts[2] == "school" else None
    return school.name if school is not None else "the community"


@blueprint.get("/a/<slug>/money/owed/<int(max=2147483647):account_id>")
@web.signed_in
def debt(slug: str, account_id: int) -> ResponseReturnValue:
    """What made up a debt and what has settled it."""
    community = community_for(slug)
    return _page(community, _account(community, account_id), BearForm(formdata=None))


@blueprint.post("/a/<slug>/money/owed/<int(max=2147483647):account_id>")
@web.signed_in
def bear(slug: str, account_id: int) -> ResponseReturnValue:
    """Let the community owe it in the school's place."""
    community, form = community_for(slug, Action.REFUND), BearForm()
    account = _account(community, account_id)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.bear(account, community, form.reason.data or "", once=form.once.data or "", by=current_user)
            flash("The school owes nothing any more; the community does.", "good")
            return redirect(url_for("payment.debt", slug=slug, account_id=account_id), 303)
    return _page(community, _account(community, account_id), form)


def _account(community: Community, account_id: int) -> LedgerAccount:
    return db.one_or_404(queries.debtors(community.id).where(LedgerAccount.id == account_id))


def _page(community: Community, account: LedgerAccount, form: BearForm) -> ResponseReturnValue:
    page = {"account": account, "whose": whose(account), "owed": rules.owed(account), **place(community)}
    page |= {"school": ":school:" in account.code, "moved": db.session.scalars(queries.movements(account.id)).all()}
    may_bear = page["school"] and access.holds(current_user, Action.REFUND, community)
    return render_template("payment/debt.html", form=form, may_bear=may_bear, **page), form.status

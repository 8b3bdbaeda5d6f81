"""The treasurer's overview, and what a person must look at."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.community.models import Community
from campaigns.kit import db, paging, web
from campaigns.kit.money import Money
from campaigns.ledger.models import LedgerAccount
from campaigns.payment import queries
from campaigns.payment.forms.refunds import CaseForm
from campaigns.payment.models import PaymentCase
from campaigns.payment.queries import disputes
from campaigns.payment.rules import cases as rules
from campaigns.payment.rules import refunds
from campaigns.payment.rules.disputes.debts import owed
from campaigns.payment.views.base import blueprint, community_for, place
from campaigns.payment.views.debts import whose
from campaigns.pledge.states import InstalmentState


@blueprint.get("/a/<slug>/money")
@web.signed_in
def money(slug: str) -> ResponseReturnValue:
    """What is here, what is expected, and what waits for somebody."""
    community = community_for(slug)
    return render_template("payment/money.html", **_overview(community), **place(community))


@blueprint.get("/a/<slug>/money/cases")
@web.signed_in
def cases(slug: str) -> ResponseReturnValue:
    """What a person must look at: money to send back, and what a provider says otherwise."""
    community = community_for(slug)
    open_ones = db.session.scalars(queries.open_cases(community.id)).all()
    closed = queries.cases_of(current_user).where(
        PaymentCase.organisation_id == community.id, PaymentCase.closed_at.is_not(None)
    )
    page = paging.page(closed, PaymentCase.id, before=request.args.get("before"))
    return render_template("payment/cases.html", cases=open_ones, page=page, **place(community))


@blueprint.route("/a/<slug>/money/cases/<int(max=2147483647):case_id>", methods=["GET", "POST"])
@web.signed_in
def case(slug: str, case_id: int) -> ResponseReturnValue:
    """Close a case with what came of it."""
    community = community_for(slug, Action.RECORD_PAYMENT)
    mine = queries.cases_of(current_user).where(PaymentCase.organisation_id == community.id)
    found, form = db.one_or_404(mine.where(PaymentCase.id == case_id)), CaseForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.close(found, form.outcome.data, sent_back=form.sent_back.data, by=current_user)
            flash("The case is closed.", "good")
            return redirect(url_for("payment.cases", slug=slug), 303)
    found_out = {"dispute": db.session.scalars(queries.dispute_of(found)).one_or_none()}
    ways = found_out | {"back": rules.may_be_sent_back(found), "aside": refunds.aside_of(found)}
    return render_template("payment/case.html", case=found, form=form, **ways, **place(community)), form.status


def _overview(community: Community) -> dict[str, Any]:
    entries, open_cases = db.session.execute(queries.how_many_wait(community.id)).one()
    aside = db.session.scalars(queries.set_aside(community.id)).all()
    return {
        "campaigns": [_balance(row) for row in db.session.execute(queries.balances(community.id))],
        "expected": _expected(community.id),
        "entries": entries,
        "open_cases": open_cases,
        "aside": [Money(account.balance, account.currency) for account in aside],
        "fees": [(_fee_name(account), Money(account.balance, account.currency)) for account in _fees(community)],
        "owed": [
            (account.id, whose(account), owed(account)) for account in db.session.scalars(disputes.debts(community.id))
        ],
    }


def _balance(row: Any) -> dict[str, Any]:
    names = ("pledged", "received", "disbursed", "balance")
    figures = {name: Money(getattr(row, name), row.currency) for name in names}
    return {"slug": row.slug, "title": row.title, **figures}


def _expected(organisation_id: int) -> dict[str, list[tuple[Money, int]]]:
    """What is due and what is overdue, an amount and a count for each currency."""
    rows = db.session.execute(queries.expected(organisation_id)).all()
    late = [(Money(row[2], row[0]), row[3]) for row in rows if row[1] is InstalmentState.OVERDUE]
    due = [(Money(row[2], row[0]), row[3]) for row in rows if row[1] is not InstalmentState.OVERDUE]
    return {"due": due, "overdue": late}


FEES = {
    "stripe": "Kept by the card company",
    "dispute": "Asked by the card company for disputes",
    "covered": "Added by sponsors to cover them",
    "platform": "Asked by Vouch",
}


def _fees(community: Community) -> Sequence[LedgerAccount]:
    return db.session.scalars(queries.fees(community.id)).all()


def _fee_name(account: LedgerAccount) -> str:
    return FEES[account.code.split(":")[1]]

"""Paying one, several or all of what is due."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.account.models import Organisation
from campaigns.community.models import Community
from campaigns.kit import db, links, qr, web
from campaigns.kit.money import Money
from campaigns.pledge.models import Instalment
from campaigns.pledge.states import UNPAID, InstalmentState
from campaigns.remittance import queries, rules
from campaigns.remittance.models import RemittanceOrder
from campaigns.remittance.states import OrderState
from campaigns.sponsor import queries as companies
from campaigns.sponsor import rules as company_rules
from campaigns.sponsor.forms import ConfirmForm, PayForm
from campaigns.sponsor.views.base import blueprint, find, find_for, place

NOW = frozenset({InstalmentState.DUE, InstalmentState.OVERDUE})
MOST = 500


@blueprint.get("/s/<slug>/pay")
@web.signed_in
def pay(slug: str) -> ResponseReturnValue:
    """What is to be paid, and the transfers that were prepared."""
    return _page(find(slug), PayForm(formdata=None))


@blueprint.post("/s/<slug>/pay")
@web.signed_in
def prepare(slug: str) -> ResponseReturnValue:
    """Put what was chosen together under one reference; where it goes to several communities, one for each."""
    company = find_for(slug, Action.PAY_FOR_COMPANY)
    form = PayForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            chosen = _due(company) if form.all.data else form.instalments.data or []
            made = rules.order(company, chosen, by=current_user)
            if len(made) == 1:
                return redirect(url_for("sponsor.order", slug=slug, reference=made[0].reference), 303)
            flash(f"{len(made)} transfers are prepared, one for each community and currency.", "good")
            return redirect(url_for("sponsor.pay", slug=slug), 303)
    return _page(find(slug), form)


@blueprint.get("/s/<slug>/transfers/<reference>")
@web.signed_in
def order(slug: str, reference: str) -> ResponseReturnValue:
    """One transfer for several instalments: to whom, how much, with which reference."""
    company = find(slug)
    found = _order(company, reference)
    page = transfer_of(found, db.session.get_one(Community, found.organisation_id)) | place(company, "pay")
    return render_template("sponsor/order.html", form=ConfirmForm(formdata=None), **page)


@blueprint.post("/s/<slug>/transfers/<reference>/cancel")
@web.signed_in
def cancel_order(slug: str, reference: str) -> ResponseReturnValue:
    """Take a prepared transfer back."""
    company = find_for(slug, Action.PAY_FOR_COMPANY)
    found = _order(company, reference)
    rules.cancel(found, by=current_user)
    flash("The transfer is taken back. What was in it can be put together anew.", "good")
    return redirect(url_for("sponsor.pay", slug=slug), 303)


@blueprint.post("/s/<slug>/cards/<int:number>/remove")
@web.signed_in
def remove_card(slug: str, number: int) -> ResponseReturnValue:
    """Have a saved card charged no more."""
    company = find_for(slug, Action.PAY_FOR_COMPANY)
    found = db.one_or_404(companies.saved_card(company.id, number))
    company_rules.remove_card(found, company, by=current_user)
    flash(f"{found.label} is removed. It is not charged any more; what it would have paid is still to be paid.", "good")
    return redirect(url_for("sponsor.pay", slug=slug), 303)


def _order(company: Organisation, reference: str) -> RemittanceOrder:
    return db.one_or_404(queries.whole(company.id).where(RemittanceOrder.reference == reference))


def transfer_of(found: RemittanceOrder, community: Community) -> dict[str, Any]:
    """What the page of an order shows: what of it is still to pay, and where to."""
    open_ones = [line.instalment for line in found.lines if line.instalment.state in UNPAID]
    left = Money(sum(each.amount for each in open_ones), found.currency)
    payable = found.state is OrderState.OPEN and bool(left)
    code = _code(community, found, left) if payable else None
    return {"order": found, "to": community, "left": left, "payable": payable, "code": code}


def _code(community: Community, found: RemittanceOrder, left: Money) -> str | None:
    if left.currency != "EUR" or not community.iban or not community.payee:
        return None
    title = f"QR code for a bank transfer of {left} to {community.payee}, reference {found.reference}"
    return qr.epc(name=community.payee, iban=community.iban, amount=left, reference=found.reference, title=title)


def _due(company: Organisation) -> list[int]:
    """All that is due now and in no transfer yet."""
    taken = {number for number, _ in db.session.execute(queries.in_open_orders(company.id))}
    due = queries.payable(company.id).where(Instalment.state.in_(NOW)).limit(MOST)
    return [each.id for each in db.session.scalars(due) if each.id not in taken]


def _page(company: Organisation, form: PayForm) -> ResponseReturnValue:
    taken = dict(db.session.execute(queries.in_open_orders(company.id)).all())
    rows = [_row(each, taken) for each in db.session.scalars(queries.payable(company.id).limit(MOST))]
    orders = db.session.scalars(queries.of_company(company.id).limit(50)).all()
    due = _sums([row for row in rows if row["now"] and not row["order"]])
    cards = db.session.execute(companies.saved_cards(company.id)).all()
    page = {"rows": rows, "orders": orders, "due": due, "cards": cards}
    return render_template("sponsor/pay.html", form=form, **page, **place(company, "pay")), form.status


def _row(each: Instalment, taken: dict[int, str]) -> dict[str, Any]:
    key = links.sign("pledge", each.pledge.ref)
    now = each.state in NOW
    return {"instalment": each, "pledge": each.pledge, "now": now, "order": taken.get(each.id), "key": key}


def _sums(rows: list[dict[str, Any]]) -> list[Money]:
    sums: dict[str, Money] = {}
    for row in rows:
        money = row["instalment"].money
        sums[money.currency] = sums.get(money.currency, Money.zero(money.currency)) + money
    return [sums[currency] for currency in sorted(sums)]

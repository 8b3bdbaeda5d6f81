"""Links for whoever pays without an account: made and taken back by the company, followed by anybody who holds one."""

import sqlalchemy as sa
from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.account.models import Organisation
from campaigns.community.models import Community
from campaigns.kit import clock, db, web
from campaigns.kit.limits import limiter
from campaigns.kit.links import LinkSpent
from campaigns.remittance import queries as remittances
from campaigns.remittance.models import RemittanceOrder
from campaigns.remittance.states import OrderState
from campaigns.sponsor import pack, queries, rules
from campaigns.sponsor.forms import ConfirmForm, LinkForm
from campaigns.sponsor.models import FinanceLink
from campaigns.sponsor.views.base import blueprint, find, find_for, place
from campaigns.sponsor.views.pay import transfer_of

MOST = 100


@blueprint.route("/s/<slug>/documents", methods=["GET", "POST"])
@web.signed_in
def documents(slug: str) -> ResponseReturnValue:
    """Everything in one download, and the links that were mailed."""
    company, form = find(slug), LinkForm()
    if form.validate_on_submit():
        company = find_for(slug, Action.PAY_FOR_COMPANY)
        with form.showing_refusals():
            made = rules.open_link(company, form.email.data or "", by=current_user)
            flash(f"We have mailed the link to {made.email}.", "good")
            return redirect(url_for("sponsor.documents", slug=slug), 303)
        company = find(slug)
    found = db.session.scalars(queries.finance_links(company.id).limit(MOST)).all()
    page = {"links": found, "button": ConfirmForm(formdata=None), **place(company, "documents")}
    return render_template("sponsor/documents.html", form=form, **page), form.status


@blueprint.post("/s/<slug>/documents/links/<int:number>/revoke")
@web.signed_in
def revoke_link(slug: str, number: int) -> ResponseReturnValue:
    """Take a link back at once."""
    company = find_for(slug, Action.PAY_FOR_COMPANY)
    found = db.one_or_404(queries.finance_links(company.id).where(FinanceLink.id == number))
    rules.revoke_link(found, by=current_user)
    flash(f"The link for {found.email} opens nothing any more.", "good")
    return redirect(url_for("sponsor.documents", slug=slug), 303)


@blueprint.get("/s/<slug>/pack.zip")
@web.signed_in
def sponsor_pack(slug: str) -> ResponseReturnValue:
    """All that the company needs for its files, in one download."""
    return _pack(find(slug))


@blueprint.get("/pay/<token>")
@web.guest
@limiter.limit("60/minute")
def finance(token: str) -> ResponseReturnValue:
    """What is to be paid and where to, for whoever holds the link; it opens no page that changes anything."""
    try:
        company = rules.opened(token).company
    except LinkSpent:
        return render_template("sponsor/finance_spent.html"), 410
    opened = remittances.whole(company.id).where(RemittanceOrder.state == OrderState.OPEN)
    orders = db.session.scalars(opened.limit(MOST)).all()
    due = db.session.scalars(remittances.payable(company.id).limit(MOST)).all()
    taken = dict(db.session.execute(remittances.in_open_orders(company.id)).all())
    alone = [each for each in due if each.id not in taken]
    paid = _communities({*(each.organisation_id for each in orders), *(each.pledge.organisation_id for each in alone)})
    transfers = [transfer_of(each, paid[each.organisation_id]) for each in orders]
    page = {"transfers": [each for each in transfers if each["payable"]], "alone": alone, "communities": paid}
    return render_template("sponsor/finance.html", company=company, token=token, today=clock.today(), **page)


@blueprint.get("/pay/<token>/pack.zip")
@web.guest
@limiter.limit("10/minute")
def finance_pack(token: str) -> ResponseReturnValue:
    """The same download."""
    try:
        company = rules.opened(token).company
    except LinkSpent:
        return render_template("sponsor/finance_spent.html"), 410
    return _pack(company)


def _communities(ids: set[int]) -> dict[int, Community]:
    return {
        each.id: each for each in db.session.scalars(sa.select(Community).where(Community.organisation_id.in_(ids)))
    }


def _pack(company: Organisation) -> Response:
    name = f"sponsor-pack-{company.slug}-{clock.today():%Y-%m-%d}.zip"
    return web.attachment(pack.build(company), "application/zip", name)

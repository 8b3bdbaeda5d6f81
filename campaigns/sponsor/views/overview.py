"""What a company has promised, paid and been asked, and whom that supports."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.account.models import Organisation
from campaigns.ask.models import Ask
from campaigns.kit import db, links, paging, web
from campaigns.kit.money import Money
from campaigns.pledge import queries as pledges
from campaigns.pledge.models import Pledge
from campaigns.pledge.views.chain import chain, part_of
from campaigns.pledge.views.students import Group, alias_for, group_of
from campaigns.sponsor import queries
from campaigns.sponsor.views.base import blueprint, find, place
from campaigns.student.states import REACHED

LATEST = 5


@blueprint.get("/s")
@web.signed_in
def home() -> ResponseReturnValue:
    """The workspace of this person's first company; where they have none, how to come by one."""
    companies = current_user.companies
    if not companies:
        return render_template("sponsor/none.html", community=None)
    return redirect(url_for("sponsor.overview", slug=companies[0].slug), 303)


@blueprint.get("/s/<slug>/")
@web.signed_in
def overview(slug: str) -> ResponseReturnValue:
    """Committed, due and paid, the latest pledges and letters, and whom it all supports."""
    company = find(slug)
    latest = queries.pledges(company.id).order_by(Pledge.id.desc()).limit(LATEST)
    waiting = queries.asks(company.id).where(~Ask.reply.has()).order_by(Ask.id.desc()).limit(LATEST)
    return render_template(
        "sponsor/overview.html",
        sums=[_sum(row) for row in db.session.execute(queries.sums(company.id))],
        pledges=[_row(row) for row in db.session.execute(latest)],
        asks=[_letter(row) for row in db.session.execute(waiting)],
        whom=_whom(company),
        reached=REACHED,
        **place(company, "overview"),
    )


@blueprint.get("/s/<slug>/pledges")
@web.signed_in
def pledge_list(slug: str) -> ResponseReturnValue:
    """Every pledge of the company, newest first."""
    company = find(slug)
    page = paging.page(queries.pledges(company.id), Pledge.id, before=request.args.get("before"))
    rows = [_row(row) for row in page.rows]
    pages = _pages("sponsor.pledge_list", slug, page)
    return render_template("sponsor/pledges.html", rows=rows, pages=pages, **place(company, "pledges"))


@blueprint.get("/s/<slug>/pledges/<ref>")
@web.signed_in
def pledge(slug: str, ref: str) -> ResponseReturnValue:
    """One pledge to read: its payments and how far the money has come. Its own page, where it can be changed, is
    for those who may pay."""
    company = find(slug)
    found = db.one_or_404(pledges.by_ref(ref).where(Pledge.company_id == company.id, Pledge.confirmed_at.is_not(None)))
    rows = db.session.execute(pledges.lines_of(found.id)).all()
    parts = [part_of(row.BudgetLine, row.amount) for row in rows]
    whom = {"several": any(row.several for row in rows), "group": group_of(rows), "alias": alias_for(rows)}
    return render_template(
        "sponsor/pledge.html", pledge=found, key=links.sign("pledge", ref), parts=parts, chain=chain(found, parts),
        **whom, **place(company, "pledges"),
    )  # fmt: skip


@blueprint.get("/s/<slug>/asks")
@web.signed_in
def asks(slug: str) -> ResponseReturnValue:
    """The letters that the company was sent; who may pay may answer them."""
    company = find(slug)
    page = paging.page(queries.asks(company.id), Ask.id, before=request.args.get("before"))
    rows, pages = [_letter(row) for row in page.rows], _pages("sponsor.asks", slug, page)
    return render_template("sponsor/asks.html", rows=rows, pages=pages, **place(company, "asks"))


def _sum(row: Any) -> dict[str, Money]:
    return {name: Money(int(getattr(row, name)), row.currency) for name in ("committed", "due", "overdue", "paid")}


def _row(row: Any) -> dict[str, Any]:
    return {**row._asdict(), "pledged": Money(row.amount, row.currency), "paid": Money(int(row.paid), row.currency)}


def _letter(row: Any) -> dict[str, Any]:
    url = url_for("ask.reply", token=links.sign("ask.reply", row.ref))
    return {**row._asdict(), "asked": Money(row.amount, row.currency), "reply_url": url}


def _pages(endpoint: str, slug: str, page: paging.Page) -> dict[str, str | None]:
    older = url_for(endpoint, slug=slug, before=page.older) if page.older else None
    return {"previous_url": None, "next_url": older}


def _whom(company: Organisation) -> Group:
    return group_of(db.session.execute(queries.supported(company.id)).all())

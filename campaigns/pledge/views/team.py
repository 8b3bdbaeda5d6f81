"""The team's list of pledges."""

from functools import partial
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db, paging, web
from campaigns.kit.money import Money
from campaigns.kit.tables import csv_text
from campaigns.pledge import queries, rules
from campaigns.pledge.models import Pledge
from campaigns.pledge.states import PledgeStatus
from campaigns.pledge.views.base import blueprint

HEADER = (
    *("pledge", "date", "campaign", "status", "amount", "currency", "paid", "due", "name"),
    *("organisation", "e-mail", "shown", "method", "reference"),
)
TABS = tuple(PledgeStatus)


@blueprint.get("/a/<slug>/pledges")
@web.signed_in
def mine(slug: str) -> ResponseReturnValue:
    """Every pledge to the community's campaigns, newest first, by status if wished."""
    community = _community(slug)
    select = queries.team_list(current_user, community.id, _status())
    page = paging.page(select, Pledge.id, before=request.args.get("before"))
    rows = [_amounts(row) for row in page.rows]
    return render_template("pledge/mine.html", rows=rows, pages=_pages(slug, page), **_place(community))


@blueprint.get("/a/<slug>/pledges.csv")
@web.signed_in
def export(slug: str) -> ResponseReturnValue:
    """The same list as a table for a spreadsheet."""
    community = _community(slug)
    select = queries.team_list(current_user, community.id, _status()).order_by(Pledge.id.desc())
    rows = db.session.execute(select.execution_options(yield_per=500))
    table = csv_text(HEADER, (_cells(row) for row in rows))
    disposition = f'attachment; filename="pledges-{community.slug}.csv"'
    return Response(table, mimetype="text/csv", headers={"Content-Disposition": disposition})


@blueprint.post("/a/<slug>/pledges/<ref>/message")
@web.signed_in
def message(slug: str, ref: str) -> ResponseReturnValue:
    """Put a sponsor's message on the campaign's page, or take it off."""
    community = _community(slug)
    mine = queries.visible_to(current_user).where(Pledge.ref == ref, Pledge.organisation_id == community.id)
    shown = request.form.get("shown") == "yes"
    rules.show_message(db.one_or_404(mine), shown, by=current_user)
    flash("The message is on the campaign's page." if shown else "The message is off the campaign's page.", "good")
    return redirect(url_for("pledge.mine", slug=slug), 303)


def _community(slug: str) -> Community:
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, Action.SEE_MONEY, community)
    return community


def _status() -> PledgeStatus | None:
    wanted = request.args.get("status")
    if not wanted:
        return None
    return PledgeStatus(wanted) if wanted in set(PledgeStatus) else abort(404)


def _place(community: Community) -> dict[str, Any]:
    return {
        "community": community,
        "section": "money",
        "status": _status(),
        "filters": _filters(community),
        "messages": db.session.execute(queries.messages(community.id)).all(),
        "may_record": access.allows(current_user, Action.RECORD_PAYMENT, community),
        "may_edit": access.allows(current_user, Action.EDIT_CAMPAIGN, community),
    }


def _filters(community: Community) -> list[tuple[str, str, int]]:
    """All pledges, and each status that occurs: its address, and how many there are."""
    counts = {row[0]: row[1] for row in db.session.execute(queries.counts(community.id))}
    url = partial(url_for, "pledge.mine", slug=community.slug)
    found = [status for status in PledgeStatus if status in counts or status is _status()]
    by_status = [(each.value, url(status=each.value), counts.get(each, 0)) for each in found]
    return [("", url(), sum(counts.values())), *by_status]


def _pages(slug: str, page: paging.Page) -> dict[str, str | None]:
    older = url_for("pledge.mine", slug=slug, status=_status(), before=page.older) if page.older else None
    return {"previous_url": None, "next_url": older}


def _amounts(row: Any) -> dict[str, Any]:
    amounts = {"pledged": Money(row.amount, row.currency), "paid": Money(row.paid, row.currency)}
    return {**row._asdict(), **amounts}


def _cells(row: Any) -> tuple[object, ...]:
    amount, paid = Money(row.amount, row.currency), Money(row.paid, row.currency)
    shown = "by name" if row.show_name else "anonymous"
    what = (row.ref, row.created_at.date(), row.campaign, row.status.value, amount, row.currency, paid, row.due_on)
    return (*what, row.name, row.organisation_name, row.email, shown, row.method.value, row.reference)

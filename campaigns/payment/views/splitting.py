"""One entry on the statement pays several pledges, or several instalments of one."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.community.models import Community
from campaigns.kit import db, refs, web
from campaigns.kit.money import Money
from campaigns.payment import queries
from campaigns.payment.forms.bank import SplitForm, split_form
from campaigns.payment.models import BankEntry
from campaigns.payment.rules import shares
from campaigns.payment.views.base import blueprint, community_for, entry_of, place
from campaigns.pledge.models import Instalment


@blueprint.route("/a/<slug>/money/entries/<int(max=2147483647):entry_id>/split", methods=["GET", "POST"])
@web.signed_in
def split(slug: str, entry_id: int) -> ResponseReturnValue:
    """Say how much of an entry pays what."""
    community = community_for(slug, Action.RECORD_PAYMENT)
    entry = entry_of(community, entry_id)
    instalments = _likely(community, entry)
    form = split_form(instalments, _chosen(entry, instalments))
    if form.validate_on_submit():
        with form.showing_refusals():
            shares.split(entry, form.shares(instalments), by=current_user)
            return redirect(url_for("payment.entries", slug=slug), 303)
    return _page(community, entry_id, form), form.status


def _page(community: Community, entry_id: int, form: SplitForm) -> str:
    entry = entry_of(community, entry_id)
    instalments = [each for each in _likely(community, entry) if each.reference in form.references]
    find = request.args.get("find", "")
    return render_template(
        "payment/split.html", entry=entry, instalments=instalments, find=find, form=form, **place(community)
    )


def _likely(community: Community, entry: BankEntry) -> Sequence[Instalment]:
    """What is due and was looked for; else what the entry quotes, or its payer has pledged; else the nearest."""
    due = queries.due_to(current_user, community.id).where(Instalment.currency == entry.currency)
    find, quoted = request.args.get("find", "").strip(), refs.find_creditor_references(entry.remittance)
    looked_for = queries.named(due, find) if find else queries.said(due, quoted, entry.payer)
    found = db.session.scalars(queries.nearest(looked_for, entry.amount)).all()
    return found or ([] if find else db.session.scalars(queries.nearest(due, entry.amount)).all())


def _chosen(entry: BankEntry, instalments: Sequence[Instalment]) -> dict[int, Money]:
    """What to begin with: the shares as they were proposed, else all that is due, where that is the amount."""
    if entry.shares:
        return {each.instalment_id: Money(each.amount, entry.currency) for each in entry.shares}
    whole = sum(each.amount for each in instalments) == entry.amount
    return {each.id: each.money for each in instalments if whole}

"""Money seen at the bank: recorded by hand, or confirmed from a statement."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.community.models import Community
from campaigns.kit import db, paging, refs, web
from campaigns.kit.forms import Form
from campaigns.ledger.models import LedgerAccount
from campaigns.payment import queries
from campaigns.payment.forms.bank import IgnoreForm, MatchForm, RecordForm, RepaysForm
from campaigns.payment.models import BankEntry
from campaigns.payment.queries import disputes
from campaigns.payment.rules import entries as rules
from campaigns.payment.rules.disputes import debts
from campaigns.payment.rules.entries import Seen
from campaigns.payment.states import EntryState
from campaigns.payment.views.base import blueprint, community_for, entry_of, place
from campaigns.payment.views.debts import whose
from campaigns.pledge.models import Instalment


@blueprint.get("/a/<slug>/money/record")
@web.signed_in
def due(slug: str) -> ResponseReturnValue:
    """What is expected, to choose from when money was seen at the bank; a reference leads straight on."""
    community = community_for(slug, Action.RECORD_PAYMENT)
    quoted = refs.normalise_ref(request.args.get("reference", ""))
    if quoted and _with_reference(community, quoted) is not None:
        return redirect(url_for("payment.record", slug=slug, reference=quoted))
    expected = queries.due_to(current_user, community.id)
    page = paging.page(expected, Instalment.id, before=request.args.get("before"))
    return render_template("payment/due.html", page=page, quoted=quoted, **place(community))


@blueprint.route("/a/<slug>/money/record/<reference>", methods=["GET", "POST"])
@web.signed_in
def record(slug: str, reference: str) -> ResponseReturnValue:
    """Record one payment by hand."""
    community = community_for(slug, Action.RECORD_PAYMENT)
    instalment = _with_reference(community, reference) or abort(404)
    form = RecordForm(data={"amount": instalment.money})
    form.amount.for_currency(instalment.currency)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.record(instalment, Seen(form.amount.data, form.booked_on.data, form.own_id.data), by=current_user)
            flash("Recorded. The sponsor gets a receipt by e-mail.", "good")
            return redirect(url_for("payment.money", slug=slug), 303)
    found = _with_reference(community, reference)
    return render_template("payment/record.html", instalment=found, form=form, **place(community)), form.status


@blueprint.get("/a/<slug>/money/entries")
@web.signed_in
def entries(slug: str) -> ResponseReturnValue:
    """Entries on the statement that wait to be matched, or (`state`) those that were confirmed or ignored."""
    return _entries(community_for(slug)), 200


@blueprint.post("/a/<slug>/money/entries/<int(max=2147483647):entry_id>/confirm")
@web.signed_in
def confirm(slug: str, entry_id: int) -> ResponseReturnValue:
    """Book an entry as the payment that it is matched with."""
    community, form = community_for(slug, Action.RECORD_PAYMENT), Form()
    entry = entry_of(community, entry_id)
    with form.showing_refusals():
        rules.confirm(entry, by=current_user)
        flash("Confirmed. The sponsor gets a receipt by e-mail.", "good")
        return redirect(url_for("payment.entries", slug=slug), 303)
    return _entries(community, form), 422


@blueprint.post("/a/<slug>/money/entries/confirm")
@web.signed_in
def confirm_sure(slug: str) -> ResponseReturnValue:
    """Book every proposal whose references and amount are right."""
    community = community_for(slug, Action.RECORD_PAYMENT)
    count = rules.confirm_sure(community, by=current_user)
    flash(f"{count} payments confirmed." if count != 1 else "1 payment confirmed.", "good")
    return redirect(url_for("payment.entries", slug=slug), 303)


@blueprint.get("/a/<slug>/money/entries/<int(max=2147483647):entry_id>")
@web.signed_in
def match(slug: str, entry_id: int) -> ResponseReturnValue:
    """Choose which pledge an entry pays, or set it aside."""
    community = community_for(slug, Action.RECORD_PAYMENT)
    return _match(community, entry_of(community, entry_id), IgnoreForm()), 200


@blueprint.post("/a/<slug>/money/entries/<int(max=2147483647):entry_id>/match")
@web.signed_in
def choose(slug: str, entry_id: int) -> ResponseReturnValue:
    """Match an entry with the pledge that was chosen."""
    community, form = community_for(slug, Action.RECORD_PAYMENT), MatchForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            instalment = _with_reference(community, refs.normalise_ref(form.reference.data))
            if instalment is None:
                raise rules.NoSuchPledge()
            rules.choose(entry_of(community, entry_id), instalment, by=current_user)
            return redirect(url_for("payment.entries", slug=slug), 303)
    return _match(community, entry_of(community, entry_id), form), 422


@blueprint.post("/a/<slug>/money/entries/<int(max=2147483647):entry_id>/ignore")
@web.signed_in
def ignore(slug: str, entry_id: int) -> ResponseReturnValue:
    """Set an entry aside that pays no pledge."""
    community, form = community_for(slug, Action.RECORD_PAYMENT), IgnoreForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.ignore(entry_of(community, entry_id), form.reason.data, by=current_user)
            flash("Set aside. You find it under “Ignored”.", "good")
            return redirect(url_for("payment.entries", slug=slug), 303)
    return _match(community, entry_of(community, entry_id), form), 422


@blueprint.post("/a/<slug>/money/entries/<int(max=2147483647):entry_id>/take-up")
@web.signed_in
def take_up(slug: str, entry_id: int) -> ResponseReturnValue:
    """Put an ignored entry back among those that wait."""
    community = community_for(slug, Action.RECORD_PAYMENT)
    rules.take_up(entry_of(community, entry_id), by=current_user)
    return redirect(url_for("payment.match", slug=slug, entry_id=entry_id), 303)


@blueprint.post("/a/<slug>/money/entries/<int(max=2147483647):entry_id>/repays")
@web.signed_in
def repays(slug: str, entry_id: int) -> ResponseReturnValue:
    """Book an entry as the repayment of what a lost dispute has left owing."""
    community = community_for(slug, Action.RECORD_PAYMENT)
    entry = entry_of(community, entry_id)
    form = _repaying(community, entry, RepaysForm())
    if form.validate_on_submit():
        with form.showing_refusals():
            account = db.session.get_one(LedgerAccount, form.account.data)
            debts.repay(entry, account, whose(account), by=current_user)
            flash("Booked as paid back.", "good")
            return redirect(url_for("payment.entries", slug=slug), 303)
    return _match(community, entry_of(community, entry_id), form), 422


def _repaying(community: Community, entry: BankEntry, form: RepaysForm) -> RepaysForm:
    found = db.session.scalars(disputes.debts(community.id).where(LedgerAccount.currency == entry.currency)).all()
    form.offer([(each.id, whose(each), debts.owed(each)) for each in found])
    return form


def _with_reference(community: Community, reference: str) -> Instalment | None:
    mine = queries.payable_to(current_user, community.id).where(Instalment.reference == reference)
    return db.session.scalars(mine).one_or_none()


def _entries(community: Community, form: Form | None = None) -> str:
    state = request.args.get("state")
    done = state if state in {EntryState.CONFIRMED, EntryState.IGNORED} else None
    states = [EntryState(done)] if done else list(queries.OPEN_ENTRIES)
    mine = queries.entries_of(current_user).where(BankEntry.organisation_id == community.id)
    page = paging.page(mine.where(BankEntry.state.in_(states)), BankEntry.id, before=request.args.get("before"))
    sure = 0 if done else db.session.scalar(queries.how_many_sure(community.id))
    return render_template(
        "payment/entries.html", page=page, state=done, sure=sure, form=form or Form(), **place(community)
    )


def _match(community: Community, entry: BankEntry, form: Form) -> str:
    """The page on which an entry is matched; `form` is the one that was sent, with what was wrong in it."""
    likely = queries.due_to(current_user, community.id).where(Instalment.currency == entry.currency)
    instalments = db.session.scalars(queries.nearest(likely, entry.amount)).all()
    forms: dict[str, Form] = {"matching": MatchForm(formdata=None), "ignoring": IgnoreForm(formdata=None)}
    forms["repaying"] = _repaying(community, entry, RepaysForm(formdata=None))
    forms |= {next(name for name, each in forms.items() if isinstance(form, type(each))): form}
    return render_template(
        "payment/match.html", entry=entry, instalments=instalments, sent=form, **forms, **place(community)
    )

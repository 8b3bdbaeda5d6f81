"""Files for the bank, and what the bank has made of them."""

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community.models import Community
from campaigns.disbursement import queries, rules
from campaigns.disbursement.forms import DownloadForm, ReleaseForm, VoidForm, batch_form
from campaigns.disbursement.models import TransferBatch
from campaigns.disbursement.views.base import blueprint, community_of, find, shown, step_page
from campaigns.kit import db, web


def _batch(community: Community, ref: str) -> TransferBatch:
    return db.one_or_404(queries.batches_of(current_user, community.id).where(TransferBatch.ref == ref))


@blueprint.route("/a/<slug>/disbursements/batches", methods=["GET", "POST"])
@web.signed_in
def batches(slug: str) -> ResponseReturnValue:
    """What waits for a file, and the files so far."""
    community = community_of(slug, Action.ORDER_TRANSFERS)
    form = batch_form(db.session.scalars(queries.to_order(community.id)).all())
    if form.validate_on_submit():
        with form.showing_refusals():
            chosen, day, once = form.payments.data or [], form.execute_on.data, form.once.data
            made = rules.make_batch(community, chosen, day, once=once, by=current_user)
            return redirect(url_for("disbursement.batch", slug=slug, ref=made.ref), 303)
    files = db.session.scalars(queries.batches_of(current_user, community.id)).all()
    return render_template("disbursement/batches.html", community=community, form=form, files=files), form.status


@blueprint.get("/a/<slug>/disbursements/batches/<ref>")
@web.signed_in
def batch(slug: str, ref: str) -> ResponseReturnValue:
    """One file: what it orders, who took it, and what the bank has made of it."""
    community = community_of(slug)
    found = _batch(community, ref)
    people = db.session.execute(queries.names(found.made_by_id, found.downloaded_by_id, found.voided_by_id))
    return render_template(
        "disbursement/batch.html",
        community=community,
        batch=found,
        payments=db.session.scalars(queries.in_batch(found.id)).all(),
        names={row.id: row.name for row in people},
        form=DownloadForm(),
        may_order=access.allows(current_user, Action.ORDER_TRANSFERS, found),
        may_void=access.allows(current_user, Action.VOID_TRANSFERS, found),
    )


@blueprint.post("/a/<slug>/disbursements/batches/<ref>/download")
@web.signed_in
def download(slug: str, ref: str) -> ResponseReturnValue:
    """Take the file; a second time only by saying that one knows it is the same."""
    community = community_of(slug, Action.ORDER_TRANSFERS)
    found, form = _batch(community, ref), DownloadForm()
    if not form.validate_on_submit() or (found.downloads and not form.again.data):
        return redirect(url_for("disbursement.batch", slug=slug, ref=ref), 303)
    content = rules.download(found, by=current_user)
    response = Response(content, mimetype="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="transfers-{found.ref}.xml"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/a/<slug>/disbursements/batches/<ref>/void", methods=["GET", "POST"])
@web.signed_in
def void(slug: str, ref: str) -> ResponseReturnValue:
    """A second person says that the file was never given to the bank."""
    community = community_of(slug)
    found, form = _batch(community, ref), VoidForm()
    access.require(current_user, Action.VOID_TRANSFERS, found)
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.void(found, reason=form.reason.data, by=current_user)
            return redirect(url_for("disbursement.batch", slug=slug, ref=ref), 303)
    page = render_template("disbursement/void.html", community=community, batch=_batch(community, ref), form=form)
    return page, form.status


@blueprint.post("/a/<slug>/disbursements/<ref>/approve")
@web.signed_in
def approve(slug: str, ref: str) -> ResponseReturnValue:
    """The second person agrees that the next file orders it."""
    community = community_of(slug)
    rules.approve(find(community, ref), by=current_user)
    return shown(slug, ref)


@blueprint.route("/a/<slug>/disbursements/<ref>/settle", methods=["GET", "POST"])
@web.signed_in
def settle(slug: str, ref: str) -> ResponseReturnValue:
    """The treasurer records that the bank has made it."""
    community = community_of(slug, Action.ORDER_TRANSFERS)
    form = ReleaseForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            reference, day = form.bank_reference.data, form.paid_on.data
            rules.settle(find(community, ref), bank_reference=reference, paid_on=day, by=current_user)
            return shown(slug, ref)
    return step_page("settle", community, ref, form)

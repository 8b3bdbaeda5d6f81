"""A sponsor asks for a document on the pledge's page, and reads it by signed link."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.billing import queries, rules
from campaigns.billing.forms import OrderForm
from campaigns.billing.models import BillingDocument
from campaigns.billing.views.base import blueprint, document_url, download, invoiced
from campaigns.kit import db, links, web
from campaigns.kit.limits import limiter
from campaigns.pledge.views.base import own, own_url


@blueprint.route("/p/<ref>/invoice", methods=["GET", "POST"])
@web.guest
@limiter.limit("20/hour", methods=["POST"])
def ask(ref: str) -> ResponseReturnValue:
    """Ask for an invoice, or a pro-forma one, for what this pledge comes to."""
    pledge = own(ref)
    lines = [each for each in pledge.instalments if each.state in queries.BILLABLE and pledge.confirmed_at]
    form = OrderForm(name=pledge.organisation_name)
    form.offer(lines, invoiced(lines))
    if form.validate_on_submit():
        with form.showing_refusals():
            made = rules.issue(form.chosen_kind, form.instalments.data, form.order, once=form.once.data, by=None)
            return redirect(document_url(made), 303)
    pledge = own(ref)
    return render_template("billing/ask.html", form=form, pledge=pledge, lines=lines, back=own_url(pledge)), form.status


@blueprint.get("/documents/<ref>")
@web.guest
def document(ref: str) -> ResponseReturnValue:
    """A document as it was issued, for whoever holds its link."""
    found = _signed(ref)
    corrected = db.session.scalars(queries.corrections_of(found.id)).all()
    pdf_url = url_for("billing.document_pdf", ref=ref, k=request.args["k"])
    return render_template(
        "billing/document.html", paper=rules.read(found), corrected=corrected, pdf_url=pdf_url, pledge_url=None
    )


@blueprint.get("/documents/<ref>.pdf")
@web.guest
def document_pdf(ref: str) -> ResponseReturnValue:
    """The same as a file."""
    return download(_signed(ref))


def _signed(ref: str) -> BillingDocument:
    if links.signed("document", request.args.get("k", "")) != ref:
        abort(404)
    return db.one_or_404(queries.by_ref(ref))

"""The sponsor's receipt as a page and as a file."""

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.kit import db, links, web
from campaigns.payment.models import CreditNote
from campaigns.payment.queries import papers
from campaigns.payment.rules.papers.receipt import credit_note_paper, receipt_paper
from campaigns.payment.views.base import blueprint
from campaigns.pledge import queries as pledges


@blueprint.get("/p/<ref>/receipt/<int(max=2147483647):number>")
@web.guest
def receipt_page(ref: str, number: int) -> ResponseReturnValue:
    """The receipt for one instalment, for whoever holds the pledge's link."""
    paper, key = receipt_paper(_own(ref, number)), request.args["k"]
    pdf_url = url_for("payment.receipt", ref=ref, number=number, k=key)
    pledge_url = url_for("pledge.show", ref=ref, k=key)
    return render_template("billing/document.html", paper=paper, corrected=[], pdf_url=pdf_url, pledge_url=pledge_url)


@blueprint.get("/p/<ref>/receipt/<int(max=2147483647):number>.pdf")
@web.guest
def receipt(ref: str, number: int) -> ResponseReturnValue:
    """The same as a file."""
    row = _own(ref, number)
    return web.attachment(receipt_paper(row).pdf(), "application/pdf", f"receipt-{row.Receipt.label}.pdf")


@blueprint.get("/p/<ref>/credit-notes/<int(max=9999):year>-<int(max=2147483647):number>")
@web.guest
def credit_note(ref: str, year: int, number: int) -> ResponseReturnValue:
    """What corrects a receipt, for whoever holds the pledge's link."""
    paper, key = credit_note_paper(_own_note(ref, year, number)), request.args["k"]
    pdf_url = url_for("payment.credit_note_pdf", ref=ref, year=year, number=number, k=key)
    pledge_url = url_for("pledge.show", ref=ref, k=key)
    return render_template("billing/document.html", paper=paper, corrected=[], pdf_url=pdf_url, pledge_url=pledge_url)


@blueprint.get("/p/<ref>/credit-notes/<int(max=9999):year>-<int(max=2147483647):number>.pdf")
@web.guest
def credit_note_pdf(ref: str, year: int, number: int) -> ResponseReturnValue:
    """The same as a file."""
    row = _own_note(ref, year, number)
    return web.attachment(credit_note_paper(row).pdf(), "application/pdf", f"{row.CreditNote.label}.pdf")


@blueprint.app_template_global()
def credit_notes_of(pledge_id: int) -> Sequence[CreditNote]:
    """What corrects the receipts of a pledge, for the pledge's own page."""
    return db.session.scalars(papers.credit_notes_of(pledge_id)).all()


def _own_note(ref: str, year: int, number: int) -> Any:
    select = papers.credit_note_of(_pledge_id(ref), year, number)
    return db.session.execute(select).one_or_none() or abort(404)


def _pledge_id(ref: str) -> int:
    if links.signed("pledge", request.args.get("k", "")) != ref:
        abort(404)
    return db.one_or_404(pledges.by_ref(ref)).id


def _own(ref: str, number: int) -> Any:
    return db.session.execute(papers.receipt_of(_pledge_id(ref), number)).one_or_none() or abort(404)

"""The sponsor's receipt as a page and as a file."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaigns.kit import db, links, web
from campaigns.payment.queries import papers
from campaigns.payment.rules.papers.receipt import receipt_paper
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


def _own(ref: str, number: int) -> Any:
    if links.signed("pledge", request.args.get("k", "")) != ref:
        abort(404)
    pledge = db.one_or_404(pledges.by_ref(ref))
    return db.session.execute(papers.receipt_of(pledge.id, number)).one_or_none() or abort(404)

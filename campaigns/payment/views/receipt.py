"""The sponsor's receipt as a file."""

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from campaigns.community.models import Community
from campaigns.kit import db, links, web
from campaigns.kit.pdf import Document
from campaigns.kit.templating import day
from campaigns.payment import queries
from campaigns.payment.models import Receipt
from campaigns.payment.views.base import blueprint
from campaigns.pledge import queries as pledges
from campaigns.pledge.models import Pledge


@blueprint.get("/p/<ref>/receipt/<int(max=2147483647):number>.pdf")
@web.guest
def receipt(ref: str, number: int) -> ResponseReturnValue:
    """The receipt for one instalment, for whoever holds the pledge's link."""
    if links.signed("pledge", request.args.get("k", "")) != ref:
        abort(404)
    pledge = db.one_or_404(pledges.by_ref(ref))
    found = db.one_or_404(queries.receipt_for(pledge.id, number))
    name = f'attachment; filename="receipt-{found.label}.pdf"'
    return Response(_paper(found, pledge), mimetype="application/pdf", headers={"Content-Disposition": name})


def _paper(receipt: Receipt, pledge: Pledge) -> bytes:
    community = db.session.get_one(Community, receipt.organisation_id)
    instalment = next(each for each in pledge.instalments if each.id == receipt.instalment_id)
    paper = Document(f"Receipt {receipt.label}", created=receipt.issued_at, issuer=community.name)
    paper.text(f"{community.name} has received the following payment. Thank you.")
    paper.facts(
        [
            ("Received from", pledge.organisation_name or pledge.name),
            ("Amount", receipt.money),
            ("Received on", day(instalment.paid_at)),
            ("For the campaign", pledge.campaign.title),
            ("Payment reference", instalment.reference),
            ("Pledge", pledge.ref),
            ("Receipt number", receipt.label),
            ("Issued on", day(receipt.issued_at)),
        ]
    )
    paper.text("This confirms that the money arrived. Whether it lowers your tax depends on the law where you live.")
    return paper.bytes()

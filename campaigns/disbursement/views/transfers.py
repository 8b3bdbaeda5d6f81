"""The second person has the card company send a payment."""

from flask import flash
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.disbursement import rules
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.views.base import blueprint, community_of, find, shown, step_page
from campaigns.kit import db, web
from campaigns.kit.forms import Form
from campaigns.payment.models import ProviderTransfer
from campaigns.payment.queries import connect as transfers
from campaigns.payment.rules.transfers import send
from campaigns.payment.states import TransferState


@blueprint.post("/a/<slug>/disbursements/<ref>/transfer")
@web.signed_in
def transfer(slug: str, ref: str) -> ResponseReturnValue:
    """Agree, and have it sent; what has no clear answer yet is asked again by itself."""
    community, form = community_of(slug), Form()
    disbursement = find(community, ref)
    account = rules.in_use(community.id, disbursement.school_id)
    if form.validate_on_submit():
        with form.showing_refusals():
            made = rules.order_transfer(disbursement, by=current_user).id
            send(made)
            _say(db.session.get_one(ProviderTransfer, made))
            return shown(slug, ref)
    return step_page("release", community, ref, form, account=account)


def _say(made: ProviderTransfer) -> None:
    if made.state is TransferState.SENT:
        flash("Stripe has sent it.", "good")
    elif made.state is TransferState.REFUSED:
        flash("Stripe did not send it. Nothing has moved; see below why.", "bad")
    else:
        flash("Stripe has not answered yet. It is asked again by itself, and sends it once.", "info")


@blueprint.app_template_global()
def transfer_of(disbursement: Disbursement) -> ProviderTransfer | None:
    """The last try to have the card company send a payment, for the payment's page."""
    return db.session.scalars(transfers.latest_for(disbursement.ref)).one_or_none()

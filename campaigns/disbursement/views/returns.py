"""Money that came back."""

from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns.access import Action
from campaigns.disbursement import rules
from campaigns.disbursement.forms import return_form
from campaigns.disbursement.views.base import blueprint, community_of, find, shown, step_page
from campaigns.kit import web


@blueprint.route("/a/<slug>/disbursements/<ref>/return", methods=["GET", "POST"])
@web.signed_in
def came_back(slug: str, ref: str) -> ResponseReturnValue:
    """The treasurer records what the bank or the school sent back."""
    community = community_of(slug, Action.RECORD_RETURN)
    disbursement = find(community, ref)
    form = return_form(disbursement.parts, disbursement.currency)
    if form.validate_on_submit():
        with form.showing_refusals():
            once = form.once.data
            rules.record_return(disbursement, form.amounts, form.seen, once=once, by=current_user)
            return shown(slug, ref)
    return step_page("return", community, ref, form)

"""The blueprint, how a community is found, and what is said of a link that no longer works."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries
from campaigns.community.models import Community
from campaigns.kit import db
from campaigns.kit.links import LinkSpent

blueprint = Blueprint("community", __name__)


def find(slug: str, action: Action) -> Community:
    """The community of this address, where the person belongs to it (else 404) and may do `action` (else 403)."""
    community = db.one_or_404(queries.of_member(current_user, slug))
    access.require(current_user, action, community)
    return community


@blueprint.errorhandler(LinkSpent)
def spent(_error: LinkSpent) -> ResponseReturnValue:
    """Say that an invitation's link is used up or too old, and whom to ask."""
    db.session.rollback()
    return render_template("community/spent.html"), 410

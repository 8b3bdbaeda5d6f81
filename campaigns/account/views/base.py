"""The blueprint, and what is said of a link that no longer works."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from campaigns.kit import db
from campaigns.kit.links import LinkSpent

blueprint = Blueprint("account", __name__)


@blueprint.errorhandler(LinkSpent)
def spent(_error: LinkSpent) -> ResponseReturnValue:
    """Say that the link is used up or too old, and where to get another."""
    db.session.rollback()
    return render_template("account/spent.html"), 410

"""What the pages about payments to schools share."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.disbursement import queries
from campaigns.disbursement.models import Disbursement
from campaigns.kit import db
from campaigns.kit.forms import Form

blueprint = Blueprint("disbursement", __name__)


def community_of(slug: str, action: Action = Action.SEE_MONEY) -> Community:
    """The community of this address, where this person may do this in it."""
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, action, community)
    return community


def find(community: Community, ref: str) -> Disbursement:
    """One payment with all that its pages show."""
    return db.one_or_404(queries.for_page(current_user, community.id, ref))


def shown(slug: str, ref: str) -> ResponseReturnValue:
    """To the payment's own page."""
    return redirect(url_for("disbursement.show", slug=slug, ref=ref), 303)


def step_page(step: str, community: Community, ref: str, form: Form, **context: object) -> ResponseReturnValue:
    """The page of one step, looked up anew: a refused step has rolled back what was loaded."""
    page = render_template(
        f"disbursement/{step}.html", community=community, disbursement=find(community, ref), form=form, **context
    )
    return page, form.status

"""The blueprint, and what its pages share."""

from flask import Blueprint, abort
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.campaign.models import Campaign
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.departure import queries
from campaigns.departure.forms import ChoiceForm
from campaigns.departure.models import Share
from campaigns.departure.rules.rest import Rest
from campaigns.departure.states import Choice
from campaigns.kit import db

blueprint = Blueprint("departure", __name__)


def community_for(slug: str, action: Action) -> Community:
    """A community in which this person may do `action`; 404 for anybody else than its members."""
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, action, community)
    return community


@blueprint.app_template_global()
def choices_of(pledge_id: int) -> list[int]:
    """What of a pledge waits for its sponsor's choice, for the pledge's own page."""
    return list(db.session.scalars(queries.unsettled_of(pledge_id)))


def suggestions(share: Share, left: Rest) -> list[Campaign]:
    """Other campaigns that would take the rest."""
    select = queries.open_campaigns(share, max(left.amount, 1)).limit(queries.SUGGESTED)
    return list(db.session.scalars(select))


def offer(form: ChoiceForm, share: Share, left: Rest, choices: list[Choice]) -> None:
    """Let those of `choices` be chosen that can be done now; `kept` must be loaded."""
    others = suggestions(share, left)
    own = [each.line_id for each in share.kept]
    room = db.session.scalars(queries.room_in(share.campaign_id, own)).one() >= left.amount
    can = {Choice.ANOTHER: bool(others), Choice.SAME: room}
    form.offer([each for each in choices if can.get(each, True)], others)


def target_of(form: ChoiceForm, share: Share, left: Rest) -> Campaign | None:
    """The campaign that was chosen, among those that were offered."""
    if form.chosen is not Choice.ANOTHER:
        return None
    found = next((each for each in suggestions(share, left) if each.id == form.campaign.data), None)
    return found or abort(422)

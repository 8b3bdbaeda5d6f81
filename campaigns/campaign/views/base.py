"""What the team's pages about campaigns share."""

from flask import Blueprint
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.campaign import queries
from campaigns.campaign.models import Campaign
from campaigns.campaign.rules import review
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db
from campaigns.kit.errors import NotAllowed, SecondFactorNeeded

blueprint = Blueprint("campaign", __name__)


PAUSE = (Action.EDIT_CAMPAIGN, Action.REVIEW_CAMPAIGN)


def find_community(slug: str) -> Community:
    """The community with this address, for its members; 404 for anybody else."""
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, Action.VIEW_COMMUNITY, community)
    return community


def find(slug: str, campaign_slug: str) -> Campaign:
    """One campaign of a community, for its members; 404 for anybody else."""
    campaign = db.one_or_404(queries.for_page(current_user, slug, campaign_slug))
    access.require(current_user, Action.VIEW_COMMUNITY, campaign)
    return campaign


def may(campaign: Campaign) -> dict[str, bool]:
    """What to offer to this person on a campaign's pages."""
    return {
        "edit": access.allows(current_user, Action.EDIT_CAMPAIGN, campaign),
        "review": _reviews(campaign),
        "pause": any(access.allows(current_user, action, campaign) for action in PAUSE),
        "close": access.allows(current_user, Action.CLOSE_CAMPAIGN, campaign),
        "write_ask": access.allows(current_user, Action.WRITE_ASK, campaign),
        "write_update": access.allows(current_user, Action.WRITE_UPDATE, campaign),
        "pay_school": access.allows(current_user, Action.PROPOSE_DISBURSEMENT, campaign),
    }


def _reviews(campaign: Campaign) -> bool:
    """Whether this person can be a reader of what waits now, and is not the first one already."""
    try:
        review.require_reviewer(current_user, campaign)
    except SecondFactorNeeded:
        return True
    except NotAllowed:
        return False
    given = review.approval_of(campaign)
    return given is None or given.first_by_id != current_user.id

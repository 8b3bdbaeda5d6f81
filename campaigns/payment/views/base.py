"""What the pages about money in share: the blueprint, and whose money it is."""

from typing import Any

from flask import Blueprint
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import db
from campaigns.payment import queries
from campaigns.payment.models import BankEntry

blueprint = Blueprint("payment", __name__)


def community_for(slug: str, action: Action = Action.SEE_MONEY) -> Community:
    """A community whose money the viewer may see (or record). 404 for strangers, NotAllowed for other roles."""
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, action, community)
    return community


def place(community: Community) -> dict[str, Any]:
    """What every one of these pages shows around its own part."""
    may_record = access.allows(current_user, Action.RECORD_PAYMENT, community)
    return {"community": community, "section": "money", "may_record": may_record}


def entry_of(community: Community, entry_id: int) -> BankEntry:
    """One of a community's bank entries that the viewer may see; 404 for any other."""
    mine = queries.entries_of(current_user).where(BankEntry.organisation_id == community.id)
    return db.one_or_404(mine.where(BankEntry.id == entry_id))

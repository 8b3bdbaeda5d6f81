"""What the team's pages of asks share."""

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.ask import queries
from campaigns.ask.models import Ask
from campaigns.ask.states import next_step
from campaigns.community import queries as communities
from campaigns.community.models import Community
from campaigns.kit import clock, db


def community_of(slug: str, action: Action) -> Community:
    """A community of this person, in which they may do this; 404 where they have no part."""
    community = db.one_or_404(communities.of_member(current_user, slug))
    access.require(current_user, action, community)
    return community


def find(slug: str, ref: str) -> Ask:
    """One ask, for the team or for whoever reads letters for Vouch; 404 for anybody else."""
    ask = db.one_or_404(queries.visible_to(current_user, slug).where(Ask.ref == ref))
    member = current_user.roles_in(ask.organisation_id)
    access.require(current_user, Action.VIEW_COMMUNITY if member else Action.MODERATE_ASK, ask)
    return ask


def managed(slug: str, ref: str) -> ResponseReturnValue:
    """Back to the page of one ask."""
    return redirect(url_for("ask.manage", slug=slug, ref=ref), 303)


def next_of(row: Any) -> str:
    """What somebody of the team has to do next, of an ask or a row of the list."""
    return next_step(
        row.state,
        now=clock.now(),
        quiet_until=row.quiet_until,
        public_at=row.public_at,
        returned_note=row.returned_note,
    ).value

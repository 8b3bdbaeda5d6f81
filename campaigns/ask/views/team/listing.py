"""The list of a community's asks."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaigns import access
from campaigns.access import Action
from campaigns.ask import queries
from campaigns.ask.models import Ask
from campaigns.ask.states import AskState, Next
from campaigns.ask.views.base import blueprint
from campaigns.ask.views.team.base import community_of, next_of
from campaigns.community.models import Community
from campaigns.kit import db, paging, web
from campaigns.kit.money import Money

GROUPS: dict[str, set[AskState]] = {
    "preparing": {AskState.DRAFTED, AskState.MODERATED},
    "private": {AskState.PRIVATE},
    "public": {AskState.PUBLIC},
    "answered": {AskState.ANSWERED},
    "closed": {AskState.SILENT},
}


@blueprint.get("/a/<slug>/asks")
@web.signed_in
def mine(slug: str) -> ResponseReturnValue:
    """A community's asks, all or those at one stage, each with what to do next."""
    community = community_of(slug, Action.VIEW_COMMUNITY)
    group = request.args.get("stage", "")
    rows = queries.list_of(community.id, GROUPS.get(group))
    return render_template(
        "ask/mine.html",
        community=community,
        page=paging.page(rows, Ask.id, before=request.args.get("before")),
        group=group,
        counts=_counts(community),
        may_write=access.holds(current_user, Action.WRITE_ASK, community),
        own_steps=_own_steps(community),
        next=next_of,
        money=Money,
    )


def _own_steps(community: Community) -> set[Next]:
    """What this person could do next, where an ask waits for it."""
    writes = access.holds(current_user, Action.WRITE_ASK, community)
    reads = access.holds(current_user, Action.MODERATE_ASK, community)
    return ({Next.REVISE, Next.SEND, Next.PUBLISH, Next.CLOSE} if writes else set()) | ({Next.READ} if reads else set())


def _counts(community: Community) -> dict[str, int]:
    by_state = dict(db.session.execute(queries.counts(community.id)).all())
    return {name: sum(by_state.get(state, 0) for state in states) for name, states in GROUPS.items()}

"""How many students a community can support at the same time, and whether one more fits."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import db
from campaigns.student import queries
from campaigns.student.models import Places


def set_places(community: Community, count: int | None, *, by: User) -> None:
    """Count the places of a community from now on, or (None) no longer. Raises NotAllowed."""
    access.require(by, Action.SET_RUBRIC, community)
    kept = db.session.scalars(queries.places_of(community.id)).one_or_none()
    if kept is None and count is not None:
        db.session.add(Places(organisation_id=community.id, count=count))
    elif kept is not None and count is not None:
        kept.count = count
    elif kept is not None:
        db.session.delete(kept)
    audit.record(by, "community.places_set", community, places=count)


def places_of(organisation_id: int) -> int | None:
    """How many places a community has; None where nobody counts them."""
    kept = db.session.scalars(queries.places_of(organisation_id)).one_or_none()
    return kept.count if kept else None


def lock(organisation_id: int) -> None:
    """Let nobody else give a place of this community away until this transaction is done."""
    again = queries.places_of(organisation_id).with_for_update().execution_options(populate_existing=True)
    db.session.scalars(again).one_or_none()


def free(organisation_id: int) -> int | None:
    """How many places are free; None where nobody counts them."""
    count = places_of(organisation_id)
    if count is None:
        return None
    return max(count - db.session.scalars(queries.taken_places(organisation_id)).one(), 0)


def has_room(organisation_id: int) -> bool:
    """Whether one more can be accepted."""
    return free(organisation_id) != 0

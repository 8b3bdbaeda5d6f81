"""How many students a community can support at the same time, for how much, and whether one more fits."""

from typing import NamedTuple

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import db
from campaigns.kit.money import Money
from campaigns.student import queries
from campaigns.student.models import Application, Places


def set_places(community: Community, count: int | None, budget: Money | None = None, *, by: User) -> None:
    """Count the places of a community from now on, and the money that it can answer for, or (None) no longer.

    `budget` is in the community's currency. Raises NotAllowed.
    """
    access.require(by, Action.SET_RUBRIC, community)
    kept = db.session.scalars(queries.places_of(community.id)).one_or_none()
    amount = budget.amount if budget else None
    if count is None and amount is None:
        if kept is not None:
            db.session.delete(kept)
    elif kept is None:
        db.session.add(Places(organisation_id=community.id, count=count, budget=amount))
    else:
        kept.count, kept.budget = count, amount
    audit.record(by, "community.places_set", community, places=count, budget=amount)


def places_of(organisation_id: int) -> Places | None:
    """What a community counts; None where it counts nothing."""
    return db.session.scalars(queries.places_of(organisation_id)).one_or_none()


def lock(organisation_id: int) -> None:
    """Let nobody else give a place of this community away until this transaction is done."""
    again = queries.places_of(organisation_id).with_for_update().execution_options(populate_existing=True)
    db.session.scalars(again).one_or_none()


class Room(NamedTuple):
    """How many places are free, and for how much in minor units; None for what nobody counts."""

    places: int | None
    money: int | None


def room_in(organisation_id: int) -> Room:
    """What a community counts of its places and its money, less what is taken."""
    kept = places_of(organisation_id)
    places = money = None
    if kept is not None and kept.count is not None:
        places = max(kept.count - db.session.scalars(queries.taken_places(organisation_id)).one(), 0)
    if kept is not None and kept.budget is not None:
        money = max(kept.budget - db.session.scalars(queries.needed_by_supported(organisation_id)).one(), 0)
    return Room(places, money)


def has_room(application: Application) -> bool:
    """Whether this one can be accepted."""
    room = room_in(application.organisation_id)
    fits = room.money is None or db.session.scalars(queries.total_of(application.id)).one() <= room.money
    return fits and room.places != 0


def next_in(organisation_id: int) -> list[int]:
    """The ids of those on the waiting list for whom there is room now, in its published order.

    Nobody is overtaken: where the first needs more than there is, all wait.
    """
    places, money = room_in(organisation_id)
    if places is None and money is None:
        return []
    found: list[int] = []
    for application_id, total in db.session.execute(queries.waiting_with_totals(organisation_id)):
        if len(found) == places or (money is not None and total > money):
            break
        money = None if money is None else money - total
        found.append(application_id)
    return found

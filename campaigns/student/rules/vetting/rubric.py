"""How a community weighs the criteria: each change is a version of its own."""

from typing import NamedTuple

from sqlalchemy.exc import IntegrityError

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.student import queries
from campaigns.student.models import Rubric, RubricWeight
from campaigns.student.states import DEFAULT_WEIGHTS, THRESHOLD, Criterion

LOOKED_AT = 200


class NoWeight(Refused):
    """At least one criterion has to count."""


class JustChanged(Refused):
    """Somebody else has changed this at the same moment. Look at it again."""


class Effect(NamedTuple):
    """What other weights would have done to the newest sheets."""

    sheets: int
    higher: int
    lower: int
    most: int  # points by which one total would differ


def weights_of(organisation_id: int) -> tuple[dict[Criterion, int], int]:
    """The weights and the threshold that a community goes by now."""
    rubric = db.session.scalars(queries.newest_rubric(organisation_id)).first()
    return (rubric.weights, rubric.threshold) if rubric else (dict(DEFAULT_WEIGHTS), THRESHOLD)


def current(organisation_id: int) -> Rubric:
    """The version that new sheets go by; the first one is made when it is needed."""
    rubric = db.session.scalars(queries.newest_rubric(organisation_id)).first()
    if rubric is not None:
        return rubric
    try:
        with db.session.begin_nested():
            return _make(organisation_id, 1, dict(DEFAULT_WEIGHTS), THRESHOLD, None)
    except IntegrityError:  # another sheet was handed in at the same moment
        return db.session.scalars(queries.newest_rubric(organisation_id)).one()


def weigh(community: Community, weights: dict[Criterion, int], threshold: int, *, by: User) -> Rubric:
    """Weigh the criteria otherwise from now on (0–5 each), with another threshold (0–100 points).

    Sheets that were handed in keep the version they were scored by. Raises NotAllowed, NoWeight, JustChanged.
    """
    access.require(by, Action.SET_RUBRIC, community)
    if not any(weights.values()):
        raise NoWeight()
    newest = db.session.scalars(queries.newest_rubric(community.id)).first()
    try:
        with db.session.begin_nested():
            made = _make(community.id, newest.version + 1 if newest else 1, weights, threshold, by)
    except IntegrityError as error:
        raise JustChanged() from error
    audit.record(by, "community.rubric_changed", community, version=made.version)
    return made


def _make(organisation_id: int, version: int, weights: dict[Criterion, int], threshold: int, by: User | None) -> Rubric:
    rubric = Rubric(
        organisation_id=organisation_id,
        version=version,
        threshold=threshold,
        made_by_id=by.id if by else None,
        lines=[RubricWeight(criterion=criterion, weight=weight) for criterion, weight in weights.items()],
    )
    db.session.add(rubric)
    db.session.flush()
    return rubric


def effect(community: Community, weights: dict[Criterion, int]) -> Effect:
    """What these weights would have made of the newest 200 sheets of a community."""
    sheets = db.session.scalars(queries.late_sheets(community.id, LOOKED_AT)).all()
    moved = [sheet.total_by(weights) - sheet.total for sheet in sheets]
    higher, lower = sum(points > 0 for points in moved), sum(points < 0 for points in moved)
    return Effect(len(sheets), higher, lower, max(map(abs, moved), default=0))

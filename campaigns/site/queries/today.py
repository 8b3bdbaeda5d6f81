"""What waits for one person in one community: many kinds of things, found in one statement.

Each source selects ref, title, detail, since (a moment) and due (a day) of the things of its kind;
`waiting` takes the oldest of each, with how many there are.
"""

from typing import Any

import sqlalchemy as sa

from campaigns.account.models import Membership
from campaigns.account.states import Role
from campaigns.campaign.models import Campaign
from campaigns.community.models import Community
from campaigns.kit import db
from campaigns.student.models import Application
from campaigns.student.states import Stage

SHOWN = 5
NO_DAY = sa.cast(sa.null(), sa.Date)
NO_MOMENT = sa.cast(sa.null(), db.UtcDateTime)
NOTHING = sa.literal("", sa.String)

Rows = sa.Select[*tuple[Any, ...]]


def rows(ref: Any, title: Any, since: Any, detail: Any = NOTHING, due: Any = NO_DAY) -> Rows:
    """The columns of every source, typed alike, so that they can stand below each other."""
    texts = {"ref": ref, "title": title, "detail": detail}
    named = [sa.cast(text, sa.String).label(name) for name, text in texts.items()]
    return sa.select(*named, since.label("since"), due.label("due"))


def waiting(sources: dict[str, Rows]) -> "sa.CompoundSelect[Any]":
    """The oldest few of each source, named by its kind, each with the `total` of its kind."""
    parts = []
    for kind, select in sources.items():
        counted = select.add_columns(sa.func.count().over().label("total"))
        oldest = counted.order_by(sa.text("since")).limit(SHOWN).subquery()
        parts.append(sa.select(sa.literal(kind, sa.String).label("kind"), oldest))
    return sa.union_all(*parts)


def progress(organisation_id: int) -> Rows:
    """How far a community has been set up, in one row: people by role, and whether it has each first thing."""
    current = sa.and_(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))

    def people(*roles: Role) -> Any:
        count = sa.select(sa.func.count(Membership.user_id.distinct())).where(current, Membership.role.in_(roles))
        return count.scalar_subquery()

    applied = sa.and_(Application.organisation_id == organisation_id, Application.stage != Stage.DRAFT)
    return sa.select(
        people(Role.VETTER, Role.SAFEGUARDING_OFFICER).label("vetters"),
        people(Role.SAFEGUARDING_OFFICER).label("officers"),
        people(Role.TREASURER).label("treasurers"),
        Community.iban.is_not(None).label("has_bank"),
        sa.or_(Community.accepts_applications, sa.exists().where(applied)).label("takes_applications"),
        sa.exists().where(Campaign.organisation_id == organisation_id).label("has_campaign"),
    ).where(Community.organisation_id == organisation_id)

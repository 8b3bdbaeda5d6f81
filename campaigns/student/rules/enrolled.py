"""Who the students of a payment are, told to the school that they go to and to nobody else."""

from typing import NamedTuple

import sqlalchemy as sa

from campaigns.kit import db
from campaigns.student.models import Identity, PersonKey


class Enrolled(NamedTuple):
    """A student as their own school knows them."""

    application_id: int
    name: str


def enrolled(application_ids: sa.Select[int]) -> list[Enrolled]:
    """The students behind these applications, for whoever holds their school's link; without those who were erased."""
    known = sa.exists().where(PersonKey.application_id == Identity.application_id, PersonKey.destroyed_at.is_(None))
    mine = sa.select(Identity).where(Identity.application_id.in_(application_ids), known)
    found = db.session.scalars(mine.order_by(Identity.application_id))
    return [Enrolled(each.application_id, each.legal_name) for each in found]

"""Finding what came of a student's support."""

from collections.abc import Collection

import sqlalchemy as sa

from campaigns.student.models import Outcome


def outcomes_of(application_ids: Collection[int]) -> sa.Select[Outcome]:
    """What came of these students' support, where anything is known of it."""
    return sa.select(Outcome).where(Outcome.application_id.in_(application_ids)).order_by(Outcome.application_id)

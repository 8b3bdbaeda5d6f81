"""Finding cost lines."""

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from campaigns.student.models import Application, Need
from campaigns.student.queries.consent import consented
from campaigns.student.states import FUNDABLE, Purpose


def needs_of(application_id: int) -> sa.Select[Need]:
    """The costs of one application, in the order in which they were told."""
    return sa.select(Need).where(Need.application_id == application_id).order_by(Need.id)


def approved_needs(organisation_id: int) -> sa.Select[Need]:
    """The needs of a community's approved students who consent to being shown, with application and school.

    Whether a campaign asks for one already is not known here.
    """
    return (
        sa.select(Need)
        .join(Need.application)
        .where(
            Application.organisation_id == organisation_id,
            Application.stage.in_(FUNDABLE),
            Application.school_id.is_not(None),
            Application.id.in_(consented(Purpose.PUBLISH_TEXT)),
        )
        .options(contains_eager(Need.application).joinedload(Application.school))
        .order_by(Application.id, Need.id)
    )

"""What the rules of vetting share."""

from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.student import queries
from campaigns.student.models import Application


class NotInReview(Refused):
    """This application is not before a panel, so there is nothing to score or decide."""


def locked(application: Application) -> Application:
    """The application for a change: others wait until this one is done."""
    return db.session.scalars(queries.before_panel(application.id)).one()

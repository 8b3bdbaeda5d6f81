"""Support has reached its end: what came of it is noted, and those who paid for it are told."""

from campaigns.account.models import User
from campaigns.campaign.rules import figures
from campaigns.departure import queries
from campaigns.departure.rules import tell
from campaigns.departure.rules.report import Reported
from campaigns.kit import db
from campaigns.student import rules as students
from campaigns.student.models import Application, Outcome
from campaigns.student.rules import Reached
from campaigns.student.states import REACHED


def complete(application: Application, reached: Reached, *, by: User) -> Outcome:
    """Note what came of a student's support; the proof chain of the campaign ends with it.

    Raises NotAllowed, Reported where the student is said to leave, IllegalMove, NotYet, PaperRefused.
    """
    outcome = students.complete(application, reached, by=by)
    if db.session.scalars(queries.open_of(application.id)).first() is not None:
        raise Reported()
    month = f"{reached.on:%B %Y}"
    sponsors = db.session.scalars(queries.sponsors_of(application.id)).all()
    for pledge in sponsors:
        tell.completed(pledge, REACHED[reached.kind], month, application.id)
    for campaign_id in sorted({pledge.campaign_id for pledge in sponsors}):
        figures.touch(campaign_id)
    return outcome

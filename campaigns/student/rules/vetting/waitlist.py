"""The waiting list: its published order, and moving up by itself."""

from campaigns.audit import rules as audit
from campaigns.kit import db
from campaigns.kit.queue import sweep
from campaigns.student import queries
from campaigns.student.models import Application, Decision
from campaigns.student.rules import tell
from campaigns.student.rules.vetting import places
from campaigns.student.rules.vetting.deciding import conclude, preview
from campaigns.student.states import Reason, Stage, Verdict


def position(application: Application) -> int | None:
    """Where a student stands on the waiting list, from 1; None where they are not on it."""
    if application.stage is not Stage.WAITLISTED:
        return None
    return list(db.session.scalars(queries.waiting(application.organisation_id))).index(application.id) + 1


@sweep
def move_up() -> None:
    """Give each free place to the first on the list, one community a transaction."""
    for organisation_id in db.session.scalars(queries.with_waiting()).all():
        with db.transaction():
            fill(organisation_id)


def fill(organisation_id: int) -> None:
    """Give away the places of one community that are free and for which there is money."""
    places.lock(organisation_id)
    for application_id in places.next_in(organisation_id):
        application = db.session.scalars(queries.in_full(queries.before_panel(application_id))).one()
        if application.stage is Stage.WAITLISTED:
            _accept(application)


def _accept(application: Application) -> None:
    """Whoever put it on the list decided that it gets the place; the round is new because a decision is, too."""
    listed = _listing(application)
    letter = preview(application, Reason.PLACE_CAME_FREE).letter
    application.round += 1
    audit.record(None, "application.moved_up", application, round=application.round)
    conclude(application, Reason.PLACE_CAME_FREE, letter, listed.voter)
    tell.organisers_of_moving_up(application)


def _listing(application: Application) -> Decision:
    return [each for each in application.decisions if each.verdict is Verdict.WAITLIST][-1]

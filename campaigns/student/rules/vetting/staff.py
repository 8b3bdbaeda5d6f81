"""Who is asked to score: two vetters, a third where they disagree, the one with least to do first."""

from collections.abc import Iterator

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.account.states import Role
from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.queue import sweep
from campaigns.student import queries
from campaigns.student.models import Application, Assignment
from campaigns.student.rules import tell
from campaigns.student.rules.vetting.base import locked
from campaigns.student.states import SCORED


class NotAsked(Refused):
    """You are not among those who are asked to score this application."""


def refill(application: Application) -> None:
    """Bring the panel up to date: who may not score any more goes, as many as are missing come.

    Keeps what the sheets come to beside the application. Tells organisers where nobody is left to ask.
    """
    if application.stage not in SCORED:
        return
    db.session.flush()
    _let_go(application)
    _keep_result(application)
    lacking = application.sheets_needed - len(application.current_sheets) - len(_still_to_score(application))
    if application.is_scored or lacking <= 0:
        return
    asked = list(_next(application))[:lacking]
    for person in asked:
        application.assignments.append(
            Assignment(application_id=application.id, round=application.round, vetter_id=person.id)
        )
        audit.record(None, "application.assigned", application, vetter=person.id, round=application.round)
        tell.vetter(application, person)
    if len(asked) < lacking:
        tell.organisers_of_too_few(application)


def _still_to_score(application: Application) -> frozenset[int]:
    return application.assigned_ids - application.scored_ids


def _let_go(application: Application) -> None:
    gone = application.barred_ids - application.scored_ids
    for each in application.assignments:
        if each.round == application.round and each.ended_at is None and each.vetter_id in gone:
            each.ended_at = clock.now()


def _keep_result(application: Application) -> None:
    if application.is_scored:
        application.recommended, application.score = application.result
    else:
        application.recommended = application.score = None


def _next(application: Application) -> Iterator[User]:
    """Those who can be asked, in the order in which they are: those who know an earlier round of it, then those
    who are vetters only (an officer has to be left to look at names and papers), then by how much they have to do.
    """
    organisation = application.organisation_id
    vetters = set(db.session.scalars(queries.members_with(organisation, Role.VETTER)))
    loads = {row[0]: row[1] for row in db.session.execute(queries.loads(organisation))}
    before = {sheet.vetter_id for sheet in application.sheets}
    asked = {each.vetter_id for each in application.assignments if each.round == application.round}
    taken = {sheet.vetter_email for sheet in application.current_sheets}
    people = db.session.scalars(access.holders(Action.VET, organisation)).all()
    taken |= {person.email_canonical for person in people if person.id in asked}
    for person in sorted(people, key=lambda p: (p.id not in before, p.id not in vetters, loads.get(p.id, 0), p.id)):
        if person.email_canonical not in taken and not access.is_barred(person, application):
            taken.add(person.email_canonical)
            yield person


def hand_back(application: Application, *, by: User) -> None:
    """Leave the scoring to somebody else, without a reason. Raises NotAsked."""
    application = locked(application)
    mine = [each for each in application.assignments if each.round == application.round and each.vetter_id == by.id]
    if by.id not in _still_to_score(application) or application.stage not in SCORED:
        raise NotAsked()
    for each in mine:
        each.ended_at = clock.now()
    audit.record(by, "application.handed_back", application, round=application.round)
    refill(application)


@sweep
def staff_panels() -> None:
    """Ask whoever has become a vetter since, where an application lacks somebody to score it."""
    for application_id in db.session.scalars(queries.understaffed()).all():
        with db.transaction():
            refill(db.session.scalars(queries.before_panel(application_id)).one())

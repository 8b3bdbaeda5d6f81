"""A panel at work: score sheets as vetters hand them in, and what comes of them."""

from campaigns.account.models import User
from campaigns.kit import db
from campaigns.student import queries, rules
from campaigns.student.models import Application, Assignment, ScoreSheet
from campaigns.student.rules.vetting import verdict_of
from campaigns.student.states import Criterion, Reason, Stage, Verdict

GOOD, POOR = 4, 0


def marks(level: int = GOOD, **others: int) -> dict[Criterion, rules.Mark]:
    """The same level for each criterion, others by name: `marks(4, need=2)`."""
    return {each: rules.Mark(others.get(each.value, level), "As the papers say.") for each in Criterion}


def a_sheet(application: Application, by: User, recommends: Verdict = Verdict.APPROVE, level: int = GOOD) -> ScoreSheet:
    """Hand in one sheet through the rules, by somebody who is asked to score, if need be from now on."""
    asked = db.session.query(Assignment).filter_by(
        application_id=application.id, vetter_id=by.id, round=application.round
    )
    if asked.first() is None:
        db.session.add(Assignment(application_id=application.id, vetter_id=by.id, round=application.round))
        db.session.flush()
    db.session.expire(application)
    return rules.score(application, marks(level), recommends, by=by)


def vet(application: Application, reason: Reason, *by: User) -> Application:
    """Everybody in `by` scores and recommends what fits the reason; the first one confirms it."""
    verdict = verdict_of(reason)
    if application.stage is Stage.SUBMITTED:
        rules.take_into_review(application, by=by[0])
    for person in by:
        a_sheet(application, person, verdict, POOR if verdict is Verdict.DECLINE else GOOD)
    rules.decide(application, reason, by=by[0])
    return whole(application)


def whole(application: Application) -> Application:
    """The application as the database has it now."""
    found = queries.in_full(queries.before_panel(application.id)).execution_options(populate_existing=True)
    return db.session.scalars(found).one()

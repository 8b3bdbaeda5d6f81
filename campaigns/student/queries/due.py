"""Finding what has waited too long, and who has to be told of a closing date."""

from datetime import date

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.community.models import Community
from campaigns.kit import clock
from campaigns.student.models import Application, Assignment, ScoreSheet
from campaigns.student.states import REMIND_EVERY, WAITS, Stage

UNDECIDED = (Stage.SUBMITTED, Stage.IN_REVIEW, Stage.MORE_INFO)


def overdue(after: int, limit: int) -> sa.Select[int]:
    """The ids of applications that may have waited too long and whose reminder is due, a batch after one id."""
    now = clock.now()
    shortest = {stage: min(wait.within for wait in waits if wait.within) for stage, waits in WAITS.items()}
    waiting = [
        sa.and_(Application.stage == stage, Application.stage_since < now - within)
        for stage, within in shortest.items()
    ]
    lately = Application.reminded_at > now - REMIND_EVERY
    due = sa.or_(Application.reminded_at.is_(None), ~lately)
    chosen = sa.select(Application.id).where(sa.or_(*waiting), due, Application.id > after)
    return chosen.order_by(Application.id).limit(limit)


def late(organisation_id: int) -> sa.Select[Application]:
    """Applications of a community about which somebody of it was reminded."""
    theirs = Application.organisation_id == organisation_id
    return sa.select(Application).where(theirs, Application.reminders > 0, Application.stage != Stage.MORE_INFO)


def still_to_score(application: Application) -> sa.Select[User]:
    """The vetters assigned to an application in this round whose score sheet is missing."""
    done = sa.exists().where(
        ScoreSheet.application_id == Assignment.application_id,
        ScoreSheet.round == Assignment.round,
        ScoreSheet.vetter_id == Assignment.vetter_id,
    )
    asked = sa.and_(
        Assignment.application_id == application.id,
        Assignment.round == application.round,
        Assignment.ended_at.is_(None),
    )
    return sa.select(User).join(Assignment, Assignment.vetter_id == User.id).where(asked, ~done).order_by(User.id)


def community(organisation_id: int) -> sa.Select[Community]:
    """The community of an application."""
    return sa.select(Community).where(Community.organisation_id == organisation_id)


def closing_untold(today: date) -> sa.Select[Community]:
    """Communities whose closing date has passed without a word to those who applied."""
    untold = sa.or_(Community.closing_told_on.is_(None), Community.closing_told_on != Community.closes_on)
    return sa.select(Community).where(Community.closes_on < today, untold)


def answer_untold(today: date) -> sa.Select[Community]:
    """Communities whose day for answers has passed without a word to those who have none."""
    untold = sa.or_(Community.answer_told_on.is_(None), Community.answer_told_on != Community.answer_by)
    return sa.select(Community).where(Community.answer_by < today, untold)


def closing_soon(today: date, until: date) -> sa.Select[Community]:
    """Communities that close within these days."""
    return sa.select(Community).where(Community.accepts_applications, Community.closes_on.between(today, until))


def in_stages(organisation_id: int, stages: tuple[Stage, ...], after: int, limit: int) -> sa.Select[int]:
    """The ids of a community's applications in these stages, a batch after one id."""
    chosen = sa.select(Application.id).where(
        Application.organisation_id == organisation_id, Application.stage.in_(stages), Application.id > after
    )
    return chosen.order_by(Application.id).limit(limit)

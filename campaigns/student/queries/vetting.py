"""Finding applications for those who vet."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaigns import access
from campaigns.account.models import Organisation, User
from campaigns.student.models import Application, Decision, PersonKey, Question
from campaigns.student.queries.consent import consented
from campaigns.student.states import Purpose, Stage


def visible_to(user: User) -> sa.Select[Application]:
    """Sent applications to communities in which this person vets, never their own, nor of those who were erased."""
    return sa.select(Application).where(
        Application.organisation_id.in_(access.organisations_of(user, access.Action.SEE_APPLICATIONS)),
        Application.stage != Stage.DRAFT,
        Application.id.not_in(erased()),
        sa.or_(Application.applicant_user_id.is_(None), Application.applicant_user_id != user.id),
    )


def erased() -> sa.Select[int]:
    """The ids of the applications whose students were forgotten."""
    return sa.select(PersonKey.application_id).where(PersonKey.destroyed_at.is_not(None))


def in_full(select: sa.Select[Application]) -> sa.Select[Application]:
    """The same with school, needs, decisions (and who gave them) and questions loaded."""
    return select.options(
        joinedload(Application.school),
        joinedload(Application.organisation),
        selectinload(Application.needs),
        selectinload(Application.questions),
        selectinload(Application.decisions).joinedload(Decision.voter),
    )


def listed(user: User, organisation_id: int, stage: Stage | None = None) -> "sa.Select[Any]":
    """What the list of applications shows of each; page it by `Application.id`."""
    given = sa.and_(Decision.application_id == Application.id, Decision.round == Application.round)
    decided = sa.select(sa.func.count()).where(given).correlate(Application).scalar_subquery()
    select: Any = (
        visible_to(user)
        .where(Application.organisation_id == organisation_id)
        .outerjoin(Application.school)
        .with_only_columns(
            Application.id,
            Application.ref,
            Application.alias,
            Application.level,
            Application.country,
            Application.stage,
            Application.is_minor,
            Application.submitted_at,
            sa.func.coalesce(Organisation.name, Application.school_name).label("school"),
            decided.label("decided"),
            Application.id.in_(consented(Purpose.PUBLISH_TEXT)).label("consented"),
        )
    )
    chosen: sa.Select[Any] = select.where(Application.stage == stage) if stage is not None else select
    return chosen


def counts(user: User, organisation_id: int) -> sa.Select[Stage, int]:
    """How many applications are in each stage."""
    mine = visible_to(user).where(Application.organisation_id == organisation_id)
    return mine.with_only_columns(Application.stage, sa.func.count()).group_by(Application.stage)


def vetters_of(application_ids: Collection[int]) -> sa.Select[int]:
    """The ids of the people who decided on any of these applications, in whatever round."""
    return sa.select(Decision.voter_id).where(Decision.application_id.in_(application_ids)).distinct()


def open_question(application_id: int) -> sa.Select[Question]:
    """What the student has been asked and has not answered yet."""
    return sa.select(Question).where(Question.application_id == application_id, Question.answered_at.is_(None))


def decisions_of(application: Application) -> sa.Select[Decision]:
    """What was decided in the current round."""
    return sa.select(Decision).where(Decision.application_id == application.id, Decision.round == application.round)

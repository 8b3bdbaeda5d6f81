"""Finding what a panel works with: rubrics, loads, what vetters told of themselves, submissions, the waiting list."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaigns.account.models import Membership, OrganisationDomain
from campaigns.account.states import Role
from campaigns.kit import db
from campaigns.student.models import (
    Application,
    Assignment,
    Interest,
    Need,
    Party,
    Places,
    Rubric,
    ScoreSheet,
    Submission,
)
from campaigns.student.states import FUNDABLE, SCORED, Stage


def newest_rubric(organisation_id: int) -> sa.Select[Rubric]:
    """The weights that a community goes by now."""
    mine = sa.select(Rubric).where(Rubric.organisation_id == organisation_id)
    return mine.order_by(Rubric.version.desc()).limit(1)


def late_sheets(organisation_id: int, most: int) -> sa.Select[ScoreSheet]:
    """A community's newest score sheets, with their levels."""
    mine = sa.select(ScoreSheet).join(Application, Application.id == ScoreSheet.application_id)
    mine = mine.where(Application.organisation_id == organisation_id).order_by(ScoreSheet.id.desc()).limit(most)
    return mine.options(selectinload(ScoreSheet.lines))


def loads(organisation_id: int) -> sa.Select[int, int]:
    """For each vetter, how many applications they are asked to score now."""
    scored = sa.exists().where(
        ScoreSheet.application_id == Assignment.application_id,
        ScoreSheet.round == Assignment.round,
        ScoreSheet.vetter_id == Assignment.vetter_id,
    )
    return (
        sa.select(Assignment.vetter_id, sa.func.count())
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Application.organisation_id == organisation_id,
            Application.stage.in_(SCORED),
            Application.round == Assignment.round,
            Assignment.ended_at.is_(None),
            ~scored,
        )
        .group_by(Assignment.vetter_id)
    )


def members_with(organisation_id: int, *roles: Role) -> sa.Select[int]:
    """The ids of the people who hold one of these roles in an organisation; of whoever holds any, without roles."""
    current = sa.select(Membership.user_id).where(
        Membership.organisation_id == organisation_id, Membership.ended_at.is_(None)
    )
    return current.where(Membership.role.in_(roles)) if roles else current


def domains_of(organisation_id: int | None) -> sa.Select[str]:
    """The mail domains of a school."""
    return sa.select(OrganisationDomain.domain).where(OrganisationDomain.organisation_id == organisation_id)


def interests_of(user_ids: Collection[int]) -> sa.Select[Interest]:
    """What these people told of themselves."""
    told = sa.select(Interest).where(Interest.user_id.in_(user_ids)).order_by(Interest.id)
    return told.options(joinedload(Interest.school))


def parties_of(application_id: int) -> sa.Select[Party]:
    """Who has a part in an application, by the hash of their address."""
    return sa.select(Party).where(Party.application_id == application_id)


def last_submissions(application_id: int) -> sa.Select[Submission]:
    """What an application said the last two times it was sent, newest first."""
    sent = sa.select(Submission).where(Submission.application_id == application_id)
    return sent.order_by(Submission.round.desc()).limit(2)


def understaffed() -> sa.Select[int]:
    """The ids of the applications before a panel that has not been scored by everybody it needs."""
    return sa.select(Application.id).where(Application.stage.in_(SCORED), Application.recommended.is_(None))


# ---- The waiting list ----


def waiting(organisation_id: int) -> sa.Select[int]:
    """The ids of those on a community's waiting list, in the order that it publishes."""
    return (
        sa.select(Application.id)
        .where(Application.organisation_id == organisation_id, Application.stage == Stage.WAITLISTED)
        .order_by(Application.score.desc().nulls_last(), Application.submitted_at, Application.id)
    )


def waiting_since(organisation_id: int) -> "sa.Select[Any]":
    """The same, with nothing but when each was sent."""
    return waiting(organisation_id).with_only_columns(Application.submitted_at)


def places_of(organisation_id: int) -> sa.Select[Places]:
    """How many places a community has, where it counts them."""
    return sa.select(Places).where(Places.organisation_id == organisation_id)


def taken_places(organisation_id: int) -> sa.Select[int]:
    """How many places are taken: by those who were accepted or are supported now."""
    taken = sa.and_(Application.organisation_id == organisation_id, Application.stage.in_(FUNDABLE))
    return sa.select(sa.func.count(Application.id)).where(taken)


def needed_by_supported(organisation_id: int) -> sa.Select[int]:
    """What those need together who were accepted or are supported now, in minor units."""
    taken = sa.and_(Application.organisation_id == organisation_id, Application.stage.in_(FUNDABLE))
    return sa.select(db.total(Need.amount)).join(Need.application).where(taken)


def total_of(application_id: int) -> sa.Select[int]:
    """What one student needs, in minor units."""
    return sa.select(db.total(Need.amount)).where(Need.application_id == application_id)


def waiting_with_totals(organisation_id: int) -> "sa.Select[Any]":
    """The ids of those on the waiting list in its order, and what each needs."""
    total = sa.select(db.total(Need.amount)).where(Need.application_id == Application.id)
    return waiting(organisation_id).add_columns(total.correlate(Application).scalar_subquery())


def with_waiting() -> sa.Select[int]:
    """The ids of the communities that count their places and have somebody waiting."""
    waits = sa.exists().where(
        Application.organisation_id == Places.organisation_id, Application.stage == Stage.WAITLISTED
    )
    return sa.select(Places.organisation_id).where(waits).order_by(Places.organisation_id)

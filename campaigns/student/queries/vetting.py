"""Finding applications for those who vet."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaigns import access
from campaigns.account.models import Organisation, User
from campaigns.student.models import (
    Appeal,
    Application,
    Assignment,
    Conflict,
    Consent,
    Decision,
    PersonKey,
    Question,
    ScoreSheet,
)
from campaigns.student.queries.consent import consented
from campaigns.student.queries.held import locked
from campaigns.student.queries.requests import referred_by
from campaigns.student.states import SCORED, ConflictKind, Purpose, Stage


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


def with_panel(select: sa.Select[Application]) -> sa.Select[Application]:
    """The same with all that says who may do what with it."""
    return select.options(
        selectinload(Application.conflicts),
        selectinload(Application.assignments),
        selectinload(Application.sheets),
        selectinload(Application.decisions),
        selectinload(Application.requests),
        joinedload(Application.appeal),
    )


def in_full(select: sa.Select[Application]) -> sa.Select[Application]:
    """The same with school, needs, questions, and everything of vetting (and whose it is) loaded."""
    return select.options(
        joinedload(Application.school),
        joinedload(Application.organisation),
        joinedload(Application.appeal),
        selectinload(Application.needs),
        selectinload(Application.questions),
        selectinload(Application.decisions).joinedload(Decision.voter),
        selectinload(Application.conflicts).joinedload(Conflict.user),
        selectinload(Application.assignments),
        selectinload(Application.sheets).options(joinedload(ScoreSheet.vetter), selectinload(ScoreSheet.lines)),
    )


def before_panel(application_id: int) -> sa.Select[Application]:
    """The application for a change to its vetting: others wait until this one is done."""
    return with_panel(locked(application_id))


def listed(
    user: User, organisation_id: int, stage: Stage | None = None, *, mine: bool = False, ready: bool = False
) -> "sa.Select[Any]":
    """What the list of applications shows of each; page it by `Application.id`.

    `mine` for those that this person is asked to score, `ready` for those that were scored and wait for a decision.
    """
    scored = sa.select(sa.func.count()).where(
        ScoreSheet.application_id == Application.id, ScoreSheet.round == Application.round
    )
    holds = consented(Purpose.PUBLISH_TEXT).where(Consent.application_id == Application.id)
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
            Application.recommended,
            sa.func.coalesce(Organisation.name, Application.school_name).label("school"),
            scored.correlate(Application).scalar_subquery().label("scored"),
            holds.correlate(Application).exists().label("consented"),
            Application.id.in_(recused_from(user)).label("recused"),
        )
    )
    if mine:
        select = select.where(Application.id.in_(assigned_to(user)))
    if ready:
        select = select.where(is_ready())
    chosen: sa.Select[Any] = select.where(Application.stage == stage) if stage is not None else select
    return chosen


def is_ready() -> sa.ColumnElement[bool]:
    """Every sheet is in, and nobody has decided yet; in the words of the index for it, or it would not be used."""
    scored: Any = sa.bindparam("scored", sorted(SCORED), expanding=True, literal_execute=True)
    return sa.and_(Application.stage.in_(scored), Application.recommended.is_not(None))


def assigned_to(user: User) -> sa.Select[int]:
    """The ids of the applications that this person is asked to score and has not scored yet."""
    scored = sa.exists().where(
        ScoreSheet.application_id == Assignment.application_id,
        ScoreSheet.round == Assignment.round,
        ScoreSheet.vetter_id == Assignment.vetter_id,
    )
    return (
        sa.select(Assignment.application_id)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.vetter_id == user.id,
            Assignment.ended_at.is_(None),
            Assignment.round == Application.round,
            Application.stage.in_(SCORED),
            ~scored,
        )
    )


def kept_out(user: User) -> sa.Select[int]:
    """The ids of the applications that a conflict of interest keeps this person out of."""
    standing = sa.and_(Conflict.user_id == user.id, Conflict.overruled_at.is_(None))
    return sa.select(Conflict.application_id).where(standing)


def recused_from(user: User) -> sa.CompoundSelect[int]:
    """The ids of the applications that this person does not even open, as `access.is_recused` says of one; to have
    checked the identity is no such reason.
    """
    standing = kept_out(user).where(Conflict.kind != ConflictKind.SAW_IDENTITY)
    entered = sa.select(Application.id).where(Application.helper_user_id == user.id)
    return standing.union(referred_by(user), entered)


def vetted_by(user: User) -> sa.CompoundSelect[int]:
    """The ids of the applications that this person scored or decided, in whatever round."""
    decided = sa.select(Decision.application_id).where(Decision.voter_id == user.id)
    return decided.union(sa.select(ScoreSheet.application_id).where(ScoreSheet.vetter_id == user.id))


def decidable_by(user: User) -> sa.Select[int]:
    """The ids of the applications that this person is not kept out of deciding: by a conflict, or as the panel
    that was appealed against.
    """
    appealed = sa.and_(Application.stage == Stage.APPEALED, Application.id.in_(_had_a_hand_before(user)))
    return sa.select(Application.id).where(Application.id.not_in(recused_from(user)), ~appealed)


def _had_a_hand_before(user: User) -> sa.CompoundSelect[int]:
    scored = sa.select(ScoreSheet.application_id).join(Appeal, Appeal.application_id == ScoreSheet.application_id)
    decided = sa.select(Decision.application_id).join(Appeal, Appeal.application_id == Decision.application_id)
    return scored.where(ScoreSheet.vetter_id == user.id, ScoreSheet.round <= Appeal.round).union(
        decided.where(Decision.voter_id == user.id, Decision.round <= Appeal.round)
    )


def counts(user: User, organisation_id: int) -> sa.Select[Stage, int]:
    """How many applications are in each stage."""
    mine = visible_to(user).where(Application.organisation_id == organisation_id)
    return mine.with_only_columns(Application.stage, sa.func.count()).group_by(Application.stage)


def vetters_of(application_ids: Collection[int] | sa.Select[int]) -> sa.CompoundSelect[int]:
    """The ids of the people who scored or decided any of these applications, in whatever round."""
    decided = sa.select(Decision.voter_id).where(Decision.application_id.in_(application_ids))
    return decided.union(sa.select(ScoreSheet.vetter_id).where(ScoreSheet.application_id.in_(application_ids)))


def open_question(application_id: int) -> sa.Select[Question]:
    """What the student has been asked and has not answered yet."""
    return sa.select(Question).where(Question.application_id == application_id, Question.answered_at.is_(None))


def decisions_of(application: Application) -> sa.Select[Decision]:
    """What was decided in the current round."""
    return sa.select(Decision).where(Decision.application_id == application.id, Decision.round == application.round)

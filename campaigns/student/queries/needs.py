"""Finding cost lines, what was verified of them, and how they changed."""

from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.kit import clock
from campaigns.student.models import Application, Need, NeedChange, NeedVerification
from campaigns.student.queries.consent import consented
from campaigns.student.states import FUNDABLE, Purpose


def needs_of(application_id: int) -> sa.Select[Need]:
    """The costs of one application, in the order in which they were told."""
    return sa.select(Need).where(Need.application_id == application_id).order_by(Need.id)


def verified(until: date | None = None) -> sa.ColumnElement[bool]:
    """Whether somebody has made sure of a cost as it is now, up to this day (today); correlates to Need.

    As `NeedVerification.fits` and `holds_by_date` say.
    """
    school = sa.select(Application.school_id).where(Application.id == Need.application_id).correlate(Need)
    return sa.exists().where(
        NeedVerification.need_id == Need.id,
        NeedVerification.kind == Need.kind,
        NeedVerification.amount == Need.amount,
        NeedVerification.currency == Need.currency,
        NeedVerification.term == Need.term,
        sa.or_(NeedVerification.school_id.is_(None), NeedVerification.school_id == school.scalar_subquery()),
        NeedVerification.expires_on >= (until or clock.today()),
    )


def verifications_of(application_id: int) -> sa.Select[NeedVerification]:
    """Who made sure of an application's costs, oldest first."""
    mine = sa.select(NeedVerification).where(NeedVerification.application_id == application_id)
    return mine.options(joinedload(NeedVerification.verified_by)).order_by(NeedVerification.id)


def last_verified(need_ids: Collection[int]) -> "sa.Select[int, datetime]":
    """When somebody last made sure of each of these costs, whether it still holds or not."""
    at = sa.func.max(NeedVerification.verified_at, type_=NeedVerification.verified_at.type)
    last = sa.select(NeedVerification.need_id, at).where(NeedVerification.need_id.in_(need_ids))
    return last.group_by(NeedVerification.need_id)


def changes_of(application_id: int) -> sa.Select[NeedChange]:
    """How an application's costs changed or would, with the cost, oldest first."""
    mine = sa.select(NeedChange).where(NeedChange.application_id == application_id)
    return mine.options(joinedload(NeedChange.need)).order_by(NeedChange.id)


def changes_visible_to(user: User) -> sa.Select[NeedChange]:
    """Changes of costs in communities in which this person vets, never of their own, with cost and proposer."""
    return (
        sa.select(NeedChange)
        .where(
            NeedChange.organisation_id.in_(access.organisations_of(user, Action.SEE_APPLICATIONS)),
            sa.or_(NeedChange.applicant_user_id.is_(None), NeedChange.applicant_user_id != user.id),
        )
        .options(joinedload(NeedChange.need).joinedload(Need.application), joinedload(NeedChange.proposed_by))
    )


def approved_needs(organisation_id: int) -> sa.Select[Need]:
    """The verified needs of a community's approved students who consent to being shown, with application and school.

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
            verified(),
        )
        .options(contains_eager(Need.application).joinedload(Application.school))
        .order_by(Application.id, Need.id)
    )

"""Handing in a score sheet."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.student.models import Application, ScoreLine, ScoreSheet
from campaigns.student.rules.vetting import conflicts, rubric, staff
from campaigns.student.rules.vetting.base import NotInReview, locked
from campaigns.student.rules.vetting.staff import NotAsked
from campaigns.student.states import SCORED, Criterion, Verdict, weighted


class AlreadyScored(Refused):
    """You, or an account with the same address, have already handed in a score sheet."""


class Mark(NamedTuple):
    """What one vetter found on one criterion: a level from 0 to 4, and why in one line."""

    level: int
    reason: str


def score(application: Application, marks: Mapping[Criterion, Mark], recommends: Verdict, *, by: User) -> ScoreSheet:
    """Hand in a sheet. Where it is the last one that was needed, the application waits for a decision.

    Raises NotAllowed (the applicant, a conflict of interest, who has seen the identity), NotInReview, NotAsked,
    AlreadyScored.
    """
    application = locked(application)
    if application.stage not in SCORED:
        raise NotInReview()
    conflicts.find(application)  # first, because what comes to light may be about them
    access.require(by, Action.VET, application)
    if by.email_canonical in {sheet.vetter_email for sheet in application.current_sheets}:
        raise AlreadyScored()
    if by.id not in application.assigned_ids:
        raise NotAsked()
    sheet = _keep(application, marks, recommends, by)
    audit.record(by, "application.scored", application, round=application.round)
    staff.refill(application)
    return sheet


def _keep(application: Application, marks: Mapping[Criterion, Mark], recommends: Verdict, by: User) -> ScoreSheet:
    weights = rubric.current(application.organisation_id)
    sheet = ScoreSheet(
        application_id=application.id,
        round=application.round,
        vetter_id=by.id,
        vetter_email=by.email_canonical,
        rubric=weights,
        recommends=recommends,
        total=weighted({criterion: mark.level for criterion, mark in marks.items()}, weights.weights),
        lines=[
            ScoreLine(application_id=application.id, criterion=criterion, level=mark.level, reason=mark.reason)
            for criterion, mark in marks.items()
        ],
    )
    try:
        with db.session.begin_nested():
            application.sheets.append(sheet)
            db.session.flush()
    except IntegrityError as error:
        raise AlreadyScored() from error
    return sheet

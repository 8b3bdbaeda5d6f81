"""What ends by itself, and who is asked in time: consent after a year, the guardian's word at majority."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.kit.queue import sweep
from campaigns.student import queries
from campaigns.student.models import Application, ConsentReminder, Identity
from campaigns.student.rules import consent, tell
from campaigns.student.rules.consent import Standing
from campaigns.student.states import Purpose


class Why(StrEnum):
    """Why somebody is asked to agree anew."""

    MAJORITY = "majority"
    YEAR = "year"


WHEN = {60: 30, 30: 14, 14: 0, 0: -7}
"""So many days before it ends, and until when that is told."""

TOLD = {Why.MAJORITY: {60, 14, 0}, Why.YEAR: {30}}

Standings = dict[Purpose, Standing]


@sweep
def ask_to_agree_anew() -> None:
    """Tell students, each time once, that what they or their guardians agreed to is about to end."""
    for days, until in WHEN.items():
        for application_id, ends_at in db.session.execute(queries.ending(days, until)).all():
            db.session.rollback()
            with db.transaction():
                _ask(application_id, days, ends_at)


def _ask(application_id: int, days: int, ends_at: datetime) -> None:
    unless = ["application_id", "days", "ends_on"]
    row = {"application_id": application_id, "days": days, "ends_on": ends_at.date(), "at": clock.now()}
    if db.insert_once(ConsentReminder, unless=unless, **row) is None:
        return
    application = db.session.scalars(queries.held(application_id)).one()
    identity = db.session.scalars(queries.identity_of(application_id)).one()
    why = Why.MAJORITY if identity.comes_of_age == ends_at.date() else Why.YEAR
    settled = why is Why.MAJORITY and _has_spoken(consent.standings(application), identity)
    if days in TOLD[why] and not settled:
        tell.agree_anew(application, why.value, days)


def _has_spoken(standings: Standings, identity: Identity) -> bool:
    """Whether the student has agreed for the time of age to all that the guardian had agreed to."""
    asked = [each for each in standings.values() if each.student or each.guardian]
    return bool(asked) and all(consent.agreed_for_adulthood(each, identity) for each in asked)


@sweep
def come_of_age() -> None:
    """Note who has come of age; once a day each, some at a time."""
    with db.transaction():
        minors = db.session.scalars(queries.perhaps_of_age()).all()
        ids = [each.id for each in minors]
        identities = {each.application_id: each for each in db.session.scalars(queries.identities_of(ids))}
        for application in minors:
            application.minor_checked_on = clock.today()
            if application.id in identities and not identities[application.id].is_minor:
                application.is_minor = False
                audit.record(None, "application.of_age", application)


def why_anew(application: Application, identity: Identity) -> tuple[Why, date] | None:
    """Why the student should agree anew now, and when what there is ends; None where nothing has to be done."""
    standings, today = consent.standings(application), clock.today()
    if not any(each.student or each.guardian for each in standings.values()):
        return None
    majority = identity.comes_of_age
    if majority and majority <= today + consent.ASKED_BEFORE and not _has_spoken(standings, identity):
        return Why.MAJORITY, majority
    ends = min((each.expires_at.date() for each in standings.values() if each.expires_at), default=None)
    if ends is None or ends > today + timedelta(days=30) or ends == majority:
        return None
    return Why.YEAR, ends

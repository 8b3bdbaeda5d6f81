"""From the sheets to a decision, with the letter that the student reads."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns import access
from campaigns.access import Action
from campaigns.account import rules as accounts
from campaigns.account.models import Organisation, User
from campaigns.account.states import OrganisationKind
from campaigns.audit import rules as audit
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import Refused
from campaigns.student import letters
from campaigns.student.models import APPEAL_WITHIN, Application, Decision
from campaigns.student.rules import tell
from campaigns.student.rules.vetting import places
from campaigns.student.rules.vetting.base import NotInReview, locked
from campaigns.student.states import CHOSEN_BY_PEOPLE, REASONS, SCORED, Reason, Stage, Verdict

OUTCOMES = {Verdict.APPROVE: Stage.APPROVED, Verdict.WAITLIST: Stage.WAITLISTED, Verdict.DECLINE: Stage.DECLINED}


class StillScoring(Refused):
    """Not every score sheet is in yet."""


class AgainstTheSheets(Refused):
    """The score sheets recommend something else. Choose one of the reasons that fit."""

    field = "reason"


class LetterChanged(Refused):
    """This letter is no longer what was shown. Read it again before it goes."""


class AlreadyDecided(Refused):
    """Somebody has decided this at the same moment."""


class Preview(NamedTuple):
    """The letter as it would go, and what has to be sent back to say that it was read."""

    letter: str
    seen: str


def verdict_of(reason: Reason) -> Verdict:
    """The verdict that a reason belongs to."""
    return next(verdict for verdict, reasons in REASONS.items() if reason in reasons)


def open_reasons(application: Application) -> list[Reason]:
    """The reasons that can be given now: those that fit the sheets, or that no place is free for who was accepted."""
    if application.recommended is None:
        return []
    full = application.recommended is Verdict.APPROVE and not places.has_room(application)
    return [Reason.NO_PLACE_YET] if full else list(CHOSEN_BY_PEOPLE[application.recommended])


def preview(application: Application, reason: Reason, paragraph: str = "") -> Preview:
    """The very letter that would go today; `organisation` must be loaded."""
    verdict = verdict_of(reason)
    until = None if application.appeal else clock.now() + APPEAL_WITHIN
    letter = letters.written(
        application.organisation.name, application.ref, verdict, reason, paragraph, appeal_until=until
    )
    return Preview(letter, crypto.digest(f"{application.ref}:{application.round}:{reason.value}:{letter}"))


def decide(
    application: Application, reason: Reason, *, paragraph: str = "", seen: str | None = None, by: User
) -> Decision:
    """Confirm what the sheets come to, for a reason that the student reads, and send the letter.

    `seen` of `preview` says which letter was read before it went. Raises NotAllowed, NotInReview, StillScoring,
    AgainstTheSheets, LetterChanged, AlreadyDecided.
    """
    application = locked(application)
    access.require(by, Action.DECIDE_APPLICATION, application)
    if application.stage not in SCORED:
        raise NotInReview()
    if application.recommended is None:
        raise StillScoring()
    places.lock(application.organisation_id)
    if reason not in open_reasons(application):
        raise AgainstTheSheets()
    shown = preview(application, reason, paragraph)
    if seen is not None and not crypto.same(seen, shown.seen):
        raise LetterChanged()
    return conclude(application, reason, shown.letter, by)


def conclude(application: Application, reason: Reason, letter: str, voter: User) -> Decision:
    """Keep the decision, move the application, tell the student; for rules that have asked for permission."""
    verdict = verdict_of(reason)
    decision = Decision(
        application_id=application.id,
        round=application.round,
        voter_id=voter.id,
        voter_email=voter.email_canonical,
        applicant_user_id=application.applicant_user_id,
        verdict=verdict,
        reason=reason,
        letter=letter,
    )
    try:
        with db.session.begin_nested():
            application.decisions.append(decision)
            db.session.flush()
    except IntegrityError as error:
        raise AlreadyDecided() from error
    application.move_to(OUTCOMES[verdict])
    application.decided_at = clock.now()
    if verdict is Verdict.APPROVE:
        _list_school(application, voter)
    audit.record(voter, f"application.{application.stage.value}", application, round=application.round)
    tell.student(application)
    return decision


def _list_school(application: Application, by: User) -> None:
    """Two people have checked the school that the student named: it is one of the list from now on."""
    if application.school_id is not None or not application.school_name:
        return
    name, country = application.school_name, application.school_country
    same = sa.select(Organisation).where(
        Organisation.kind == OrganisationKind.SCHOOL,
        sa.func.lower(Organisation.name) == name.lower(),
        Organisation.country == country,
    )
    school = db.session.scalars(same.order_by(Organisation.id).limit(1)).first()
    if school is None:
        school = accounts.create_organisation(OrganisationKind.SCHOOL, name, country=country, by=by)
    application.school = school

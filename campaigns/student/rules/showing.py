"""Two people look at a student's own work before anyone else does."""

import structlog

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.account.states import Role
from campaigns.audit import rules as audit
from campaigns.kit import clock, crypto, db, identifiers
from campaigns.kit.errors import Refused
from campaigns.kit.identifiers import Identifier
from campaigns.student import queries
from campaigns.student.models import Work
from campaigns.student.rules.consent import NoConsent, require_consent
from campaigns.student.rules.works import hold_work
from campaigns.student.states import FUNDABLE, Purpose, WorkReturn, WorkState

log = structlog.get_logger()


class NotInReview(Refused):
    """This work does not wait for anybody: it was taken back, changed or shown already."""


class WorkChanged(Refused):
    """The work has changed since you opened it. Look at it again."""


class OfficerNeeded(Refused):
    """One of the two who approve has to be a safeguarding officer, so a safeguarding officer decides now."""


def approve_work(work: Work, *, seen: str, by: User) -> None:
    """Approve the very content whose hash somebody has seen; the second approval shows it to everyone.

    Raises NotAllowed (the student, or who approved first), NotInReview, WorkChanged, OfficerNeeded, NoConsent.
    """
    work = hold_work(work)
    access.require(by, Action.REVIEW_WORK, work)
    if work.state is not WorkState.IN_REVIEW:
        raise NotInReview()
    if not crypto.same(work.content_hash, seen):
        raise WorkChanged()
    officer = Role.SAFEGUARDING_OFFICER
    role = officer if officer in by.roles_in(work.organisation_id) else Role.VETTER
    if work.first_approver_id is None:
        work.first_approver_id, work.first_approver_role, work.approved_hash = by.id, role, work.content_hash
        audit.record(by, "work.approved_first", work, content_hash=work.content_hash)
        return
    if officer not in {role, work.first_approver_role}:
        raise OfficerNeeded()
    work.second_approver_id, work.second_approver_role = by.id, role
    _publish(work, by)


def give_back_work(work: Work, because: WorkReturn, *, by: User) -> None:
    """Give a work back to the student with a reason; approvals end. Raises NotAllowed, NotInReview."""
    work = hold_work(work)
    access.require(by, Action.REVIEW_WORK, work)
    if work.state is not WorkState.IN_REVIEW:
        raise NotInReview()
    work.move_to(WorkState.DRAFT)
    work.void()
    work.returned_because = because
    audit.record(by, "work.given_back", work, because=because.value)


def found_in(work: Work) -> list[Identifier] | None:
    """What leads to a person in the words of a work; None where the search failed. `application.school` is loaded."""
    identity = db.session.scalars(queries.identity_of(work.application_id)).one()
    names = (identity.legal_name, identity.guardian_name, work.application.school_label)
    words = "\n".join(part for part in (work.title, work.text, work.alt) if part)
    try:
        return identifiers.find(words, [name for name in names if name])
    except Exception as fault:  # who reviews is told that nothing was searched
        log.error("work.not_searched", fault=type(fault).__name__)
        return None


def _publish(work: Work, by: User) -> None:
    require_consent([work.application_id], Purpose.SHOWCASE)
    if work.shows_me:
        require_consent([work.application_id], Purpose.PUBLISH_IMAGE)
    if work.application.stage not in FUNDABLE:
        raise NoConsent("The student is no longer supported.")
    work.move_to(WorkState.PUBLISHED)
    work.published_at, work.withdrawn_at = clock.now(), None
    audit.record(by, "work.published", work, content_hash=work.content_hash)

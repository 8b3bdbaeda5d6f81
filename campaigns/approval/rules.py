"""Approving a text twice, by two people who did not write it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.account.states import Role
from campaigns.approval import queries
from campaigns.approval.models import Approval
from campaigns.approval.states import QUESTIONS, Question, Stand, Subject
from campaigns.audit import rules as audit
from campaigns.kit import clock, db
from campaigns.kit.errors import NotAllowed, Refused

Answers = Mapping[Question, bool]


class Recognisable(Refused):
    """Somebody could recognise the student."""

    def __init__(self, question: Question) -> None:
        super().__init__(
            f"“{QUESTIONS[question]}” was answered with yes. Send it back, and say what to change.", field=question
        )


class Unanswered(Refused):
    """Answer every question: the student’s safety depends on each."""

    def __init__(self, question: Question) -> None:
        super().__init__("Answer with yes or no.", field=question)


class OfficerNeeded(Refused):
    """One of the two readers has to be a safeguarding officer, and the first was none."""


class NotApproved(Refused):
    """Two people, one of them a safeguarding officer, have to approve what is published about a minor."""


@dataclass(frozen=True)
class Text:
    """Exactly these words (and pictures) of a thing, by their hash; `others` wrote some of them, too."""

    subject: Subject
    subject_id: int
    organisation_id: int
    content_hash: str
    author_id: int
    others: frozenset[int] = frozenset()


def require_reader(by: User, text: Text) -> Role:
    """The role in which this person may read a text for publication: never one of those who wrote it.

    Raises NotAllowed, SecondFactorNeeded.
    """
    action = _action(by, text)
    access.require(by, action, text)
    writers = {text.author_id, *text.others}
    if by.id in writers or by.email_canonical in _emails(writers):
        raise NotAllowed("You wrote some of this, so somebody else has to review it.")
    held = by.roles_in(text.organisation_id) & access.READERS
    return Role.SAFEGUARDING_OFFICER if action is Action.READ_AS_OFFICER else min(held, default=Role.MODERATOR)


def _action(by: User, text: Text) -> Action:
    """What this person's word on it is: an officer's, where they are one; a moderator reads letters for Vouch."""
    if access.holds(by, Action.READ_AS_OFFICER, text):
        return Action.READ_AS_OFFICER
    moderates = text.subject is Subject.ASK and access.holds(by, Action.MODERATE_ASK, text)
    return Action.MODERATE_ASK if moderates else Action.READ_FOR_PUBLICATION


def approve(text: Text, *, answers: Answers, by: User) -> Approval:
    """Approve exactly this text, as its first or its second reader; the caller holds the thing it belongs to.

    The same person a second time changes nothing. Raises NotAllowed, Unanswered, Recognisable, OfficerNeeded.
    """
    role = require_reader(by, text)
    _check(answers)
    found = db.session.scalars(queries.of_text(text.subject, text.subject_id, text.content_hash)).one_or_none()
    if found is None:
        return _first(text, answers, role, by)
    if found.is_complete or found.first_by_id == by.id:
        return found
    if found.first_email == by.email_canonical:
        raise NotAllowed("The first reader has the same e-mail address, so somebody else has to be the second.")
    if Role.SAFEGUARDING_OFFICER not in (found.first_role, role):
        raise OfficerNeeded()
    found.second_by_id, found.second_email, found.second_role = by.id, by.email_canonical, role
    found.second_at, found.second_answers = clock.now(), _kept(answers)
    audit.record(by, "approval.second", found, role=role.value)
    return found


def _first(text: Text, answers: Answers, role: Role, by: User) -> Approval:
    made = Approval(
        subject_type=text.subject,
        subject_id=text.subject_id,
        organisation_id=text.organisation_id,
        content_hash=text.content_hash,
        author_id=text.author_id,
        author_email=_emails([text.author_id]).pop(),
        first_by_id=by.id,
        first_email=by.email_canonical,
        first_role=role,
        first_answers=_kept(answers),
    )
    db.session.add(made)
    audit.record(by, "approval.first", made, role=role.value)
    return made


def _check(answers: Answers) -> None:
    for question in Question:
        if question not in answers:
            raise Unanswered(question)
        if answers[question]:
            raise Recognisable(question)


def _kept(answers: Answers) -> dict[str, bool]:
    return {question.value: answers[question] for question in Question}


def _emails(people: Collection[int]) -> set[str]:
    return set(db.session.scalars(sa.select(User.email_canonical).where(User.id.in_(people))))


def standing(subject: Subject, subject_id: int, content_hash: str) -> Approval | None:
    """What stands of exactly this text: half an approval, a whole one, or none."""
    return db.session.scalars(queries.of_text(subject, subject_id, content_hash)).one_or_none()


def stand(approval: Approval | None) -> Stand:
    """How far that is."""
    if approval is None:
        return Stand.UNREAD
    return Stand.COMPLETE if approval.is_complete else Stand.HALF


def is_complete(subject: Subject, subject_id: int, content_hash: str) -> bool:
    """Whether two people have approved exactly this text."""
    return stand(standing(subject, subject_id, content_hash)) is Stand.COMPLETE


def require_complete(subject: Subject, subject_id: int, content_hash: str) -> Approval:
    """The complete approval of exactly this text. Raises NotApproved."""
    found = standing(subject, subject_id, content_hash)
    if found is None or not found.is_complete:
        raise NotApproved()
    return found


def void(subject: Subject, subject_id: int, *, keep: str | None = None) -> None:
    """End what was approved of a thing, because it was changed or sent back; of the text `keep` it stands."""
    for approval in db.session.scalars(queries.standing(subject, subject_id)):
        if approval.content_hash != keep:
            approval.voided_at = clock.now()
            audit.record(None, "approval.voided", approval)

"""The student's side: starting, saving step by step, sending, answering, coming back, leaving."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import clock, db, refs
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.student import aliases, queries
from campaigns.student.models import Application, Identity, Need
from campaigns.student.rules import codes, consent, progress, tell
from campaigns.student.rules.address import canonical_of
from campaigns.student.rules.vetting import arrive
from campaigns.student.states import EDITABLE, NeedKind, Purpose, Stage

SEALED = frozenset(
    {"legal_name", "birth_date", "contact", "email", "guardian_name", "guardian_relation", "guardian_contact"}
)


class NotTaking(Refused):
    """This community takes no applications at the moment."""


class TooLate(Refused):
    """The last day to apply has passed. What you wrote is kept; the page before shows what you can do."""


class NotYours(Refused):
    """This application was sent and cannot be changed now."""


class NoSuchSchool(Refused):
    """Choose a school from the list, or tell us its name."""

    field = "school_id"


class NamesYou(Refused):
    """This holds a part of your name, so people could find out who you are. Choose another one."""

    field = "alias"


class StillSupported(Refused):
    """Sponsors support you. Tell the community that you leave, so that they can be asked what becomes of it."""


class Incomplete(Refused):
    """Something is still missing; see the list."""


class ForTheStudent(Refused):
    """Only the student can send it. Hand it over: they read it, agree, and send it themselves."""


class NotConfirmed(Refused):
    """Somebody else typed this for you: say that you have read it and that it is right."""

    field = "right"


class Line(NamedTuple):
    """A cost as the student tells it; `number` is the row of one that was told before."""

    kind: NeedKind
    label: str
    term: str
    amount: Money
    number: int | None = None


def start(community: Community, *, once: str, by: User | None) -> tuple[Application, str]:
    """Begin an application and return it with its resume code, which is not stored and cannot be told again.

    The same `once` gives the same application and code. `by` is the account of who is signed in. Raises NotTaking.
    """
    if not community.takes_applications:
        raise NotTaking()
    code = codes.made_from(once)
    code_hash = codes.digest(code)
    try:
        with db.session.begin_nested():
            application = _new(community, code_hash, by)
    except IntegrityError:  # a double click: the other one was faster
        return db.session.scalars(queries.by_code(code_hash)).one(), codes.grouped(code)
    audit.record(by, "application.started", application)
    return application, codes.grouped(code)


def _new(community: Community, code_hash: str, by: User | None) -> Application:
    application = Application(
        ref=refs.random_ref(),
        code_hash=code_hash,
        organisation_id=community.id,
        applicant_user_id=by.id if by else None,
        applicant_email=by.email_canonical if by else None,
        alias=aliases.suggest(1, taken=set(db.session.scalars(queries.aliases_of(community.id))))[0],
        currency=community.currency,
    )
    db.session.add(application)
    db.session.flush()
    db.session.add(Identity(application_id=application.id))
    db.session.flush()
    return application


def save(application: Application, **given: Any) -> None:
    """Keep what the student told in one step, by the names of the columns.

    A school that is not listed stays as typed until two people approve the application.
    Raises NotYours, NoSuchSchool, NamesYou.
    """
    require_editable(application)
    given |= _one_school(given)
    identity = db.session.scalars(queries.identity_of(application.id)).one()
    for name, value in given.items():
        kept = value.isoformat() if isinstance(value, date) else value
        setattr(identity if name in SEALED else application, name, kept)
    application.is_minor = identity.is_minor
    if application.applicant_user_id is None:
        application.applicant_email = canonical_of(identity)
    if "alias" in given and aliases.gives_away(application.alias, identity.legal_name or ""):
        raise NamesYou()


def _one_school(given: Mapping[str, Any]) -> dict[str, None]:
    """What has to be emptied, because a school is either of the list or typed."""
    if "school_id" not in given:
        return {"school_id": None} if "school_name" in given else {}
    if db.session.scalars(queries.school(given["school_id"])).one_or_none() is None:
        raise NoSuchSchool()
    return {"school_name": None, "school_country": None}


def set_needs(application: Application, lines: Sequence[Line], *, keep: Collection[int] = ()) -> list[Need]:
    """Make these the costs, and return their rows in order; rows in `keep` stay as they are, all others go.

    Raises NotYours.
    """
    require_editable(application)
    stored = {need.id: need for need in db.session.scalars(queries.needs_of(application.id))}
    needs = [_told(application, stored.get(line.number or 0), line) for line in lines]
    db.session.add_all(needs)
    db.session.flush()
    gone = stored.keys() - {need.id for need in needs} - set(keep)
    db.session.execute(sa.delete(Need).where(Need.id.in_(gone)))
    db.session.expire(application, ["needs"])
    return needs


def _told(application: Application, need: Need | None, line: Line) -> Need:
    need = need or Need(application_id=application.id, currency=application.currency)
    need.kind, need.label, need.term, need.amount = line.kind, line.label, line.term, line.amount.amount
    return need


def answer(application: Application, text: str) -> None:
    """Keep the answer to what a vetter asked; it is read once the application is sent again. Raises NotYours."""
    require_editable(application)
    question = application.open_question
    if question is not None:
        question.answer = text


def submit(application: Application, *, confirmed: bool = False) -> None:
    """Send the application, or send it again with what was asked for, and tell those who vet.

    `confirmed`: the student has read what a helper entered, and it is right. Raises Incomplete, ForTheStudent,
    NotConfirmed, TooLate after the closing date, or IllegalMove where it was sent already.
    """
    application = db.session.scalars(queries.locked(application.id)).one()
    _confirm(application, confirmed)
    identity = db.session.scalars(queries.identity_of(application.id)).one()
    asked_for_more = application.stage is Stage.MORE_INFO
    application.is_minor = identity.is_minor
    lacking = progress.missing(application, identity, consent.standings(application))
    application.move_to(Stage.SUBMITTED)
    if lacking:
        raise Incomplete()
    community = db.session.scalars(queries.community(application.organisation_id)).one()
    if not asked_for_more and community.has_closed:
        raise TooLate()
    if asked_for_more:
        application.round += 1
    if application.open_question is not None:
        application.open_question.answered_at = clock.now()
    application.submitted_at = clock.now()
    audit.record(None, "application.submitted", application, round=application.round)
    arrive(application)
    tell.vetters(application)


def _confirm(application: Application, confirmed: bool) -> None:
    if application.with_helper:
        raise ForTheStudent()
    if application.helper_role is not None and application.confirmed_at is None:
        if not confirmed:
            raise NotConfirmed()
        application.confirmed_at = clock.now()


def leave(application: Application) -> None:
    """Take the application back: every consent ends, and nobody works on it any more.

    Raises IllegalMove; StillSupported where sponsors have to be asked what becomes of their money.
    """
    application = db.session.scalars(queries.locked(application.id)).one()
    if application.stage is Stage.SUPPORTED:
        raise StillSupported()
    application.move_to(Stage.LEFT)
    for purpose in Purpose:
        consent.withdraw(application, purpose, by=None)
    audit.record(None, "application.left", application)


def require_editable(application: Application) -> None:
    """Return quietly while the student may change everything. Raises NotYours."""
    if application.stage not in EDITABLE:
        raise NotYours()
    application.touched_at = clock.now()

"""What the people behind the links answer. Each link answers once; a request is answered once, by whichever link."""

from collections.abc import Collection

import sqlalchemy as sa

from campaigns.account.models import User
from campaigns.account.rules import email_canonical, normal_email
from campaigns.audit import rules as audit
from campaigns.kit import clock, crypto, db, links
from campaigns.kit.errors import Refused
from campaigns.kit.links import LinkSpent
from campaigns.notice import rules as notice
from campaigns.student import queries
from campaigns.student.models import Application, ConfirmationRequest, Decision, ScoreSheet, Vouching
from campaigns.student.rules import consent
from campaigns.student.rules.requests.send import PURPOSES
from campaigns.student.rules.vetting import conflicts, parties
from campaigns.student.states import ASKABLE, Channel, ConflictKind, Known, Purpose, Refusal, RequestKind, RequestState

ENDING = "student.guardian"


class HasDecided(Refused):
    """You have decided on this application yourself, so you cannot vouch for the student."""


def behind(kind: RequestKind, token: str) -> ConfirmationRequest:
    """The request behind a link: still open, or answered with this very link. Raises LinkSpent."""
    answered = db.session.scalars(queries.answered_with(token)).one_or_none()
    if answered is not None and answered.kind is kind:
        return answered
    request = db.session.get_one(ConfirmationRequest, links.peek(PURPOSES[kind], token).subject_id)
    _require_open(db.session.get_one(Application, request.application_id), request)
    return request


def take_up(kind: RequestKind, token: str, refusal: Refusal | None = None) -> tuple[Application, ConfirmationRequest]:
    """Spend a link to answer its request (or, with a `refusal`, to decline), with application and request locked.

    Raises LinkSpent.
    """
    number = links.peek(PURPOSES[kind], token).subject_id
    request = db.session.get_one(ConfirmationRequest, number)
    application = db.session.scalars(queries.locked(request.application_id)).one()
    request = db.session.scalars(queries.request_locked(number)).one()
    _require_open(application, request)
    links.consume(PURPOSES[kind], token)
    links.revoke(PURPOSES[kind], number)
    request.move_to(RequestState.DECLINED if refusal else RequestState.ANSWERED)
    request.refusal, request.answered_at, request.answered_hash = refusal, clock.now(), crypto.digest(token)
    return application, request


def _require_open(application: Application, request: ConfirmationRequest) -> None:
    erased = application.person_key.wrapped is None
    if request.state is not RequestState.OPEN or application.stage not in ASKABLE or erased:
        raise LinkSpent()


def decline(kind: RequestKind, token: str, refusal: Refusal) -> None:
    """Say that one cannot answer, or is not the right person. Raises LinkSpent."""
    application, request = take_up(kind, token, refusal)
    audit.record(None, "request.declined", request, application=application.id, refusal=refusal.value)


def vouch(
    token: str, *, name: str, relation: str, known: Known, text: str, email: str = "", by: User | None = None
) -> None:
    """Stand up for the student. `by` is the account of who is signed in; an address given leads to one too.

    Raises LinkSpent, BadEmail, HasDecided.
    """
    application, request = take_up(RequestKind.REFEREE, token)
    _remember(request, email)
    account = by or _account_of(request)
    request.answered_by_id = account.id if account else None
    _require_undecided(application, request, account)
    said = {"name": name, "relation": relation, "known": known, "text": text}
    db.session.add(Vouching(application_id=application.id, request_id=request.id, **said))
    addresses = parties.prints_of(request.email, account.email if account else None)
    conflicts.has_part(application, ConflictKind.REFEREE, addresses)
    audit.record(by, "request.vouched", request, application=application.id)


def _remember(request: ConfirmationRequest, email: str) -> None:
    """Of somebody who came by a link that was passed on, the address they gave."""
    if email.strip() and not request.email:
        request.email = normal_email(email)
        request.email_print = crypto.fingerprint(email_canonical(request.email))


def _account_of(request: ConfirmationRequest) -> User | None:
    if not request.email:
        return None
    same = sa.select(User).where(User.email_canonical == email_canonical(request.email))
    return db.session.scalars(same.order_by(User.id).limit(1)).first()


def _require_undecided(application: Application, request: ConfirmationRequest, account: User | None) -> None:
    """Nobody vouches for whom they vetted; the other way round, `access` keeps referees from vetting."""
    decided = sa.select(Decision.voter_id, Decision.voter_email).where(Decision.application_id == application.id)
    scored = sa.select(ScoreSheet.vetter_id, ScoreSheet.vetter_email).where(ScoreSheet.application_id == application.id)
    email = email_canonical(request.email) if request.email else None
    for voter_id, voter_email in db.session.execute(sa.union(decided, scored)):
        if voter_email == email or (account is not None and account.id == voter_id):
            raise HasDecided()


def agree(token: str, purposes: Collection[Purpose], *, name: str, relation: str) -> ConfirmationRequest:
    """Take down what a guardian agrees to through their own link, each purpose apart; all else they do not.

    Raises LinkSpent, consent.Closed.
    """
    application, request = take_up(RequestKind.GUARDIAN, token)
    consent.agree_as_guardian(application, purposes, consent.Giver(name, relation, _channel(request)))
    audit.record(None, "request.agreed", request, application=application.id)
    if request.email:
        notice.send(
            request.email,
            "student/request/mail/agreed",
            key=f"request.agreed:{request.id}",
            url=links.url("student.guardian_agreed", key=agreed_key(request)),
            community_name=application.organisation.name,
            why="You get this message because you answered through the link that was sent to this address.",
        )
    return request


def _channel(request: ConfirmationRequest) -> Channel:
    return Channel.MAILED if request.email else Channel.PASSED_ON


def agreed_key(request: ConfirmationRequest) -> str:
    """What opens the page on which a guardian sees, and ends, what they agreed to; it lasts."""
    return links.sign(ENDING, str(request.id))


def ending(key: str) -> ConfirmationRequest:
    """The guardian's request behind the key of that page. Raises LinkSpent."""
    number = links.signed(ENDING, key)
    request = db.session.get(ConfirmationRequest, int(number)) if number else None
    if request is None or request.state is not RequestState.ANSWERED:
        raise LinkSpent()
    return request


def end(key: str, purpose: Purpose) -> None:
    """End a guardian's consent at once; twice is once. Raises LinkSpent."""
    request = ending(key)
    application = db.session.get_one(Application, request.application_id)
    giver = consent.Giver(request.name or "", request.relation or "", _channel(request))
    if consent.standings(application)[purpose].guardian:
        consent.withdraw(application, purpose, by=None, guardian=giver)

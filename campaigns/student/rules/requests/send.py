"""Sending a request's link: by mail, or shown once to be passed on; again; and taking it back."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.account.rules import email_canonical
from campaigns.audit import rules as audit
from campaigns.kit import clock, crypto, db, links
from campaigns.kit.errors import Refused
from campaigns.notice import rules as notice
from campaigns.student import queries
from campaigns.student.models import Application, ConfirmationRequest, RequestSending
from campaigns.student.states import ASKABLE, RequestKind, RequestState

LASTS = timedelta(days=21)
MOST_FOR_ONE = 10  # links of one application in a day
MOST_TO_ONE = 3  # letters to one address in a day, from all applications together

PURPOSES = {kind: f"student.request_{kind.value}" for kind in RequestKind}
ENDPOINTS = {RequestKind.REFEREE: "student.vouch", RequestKind.GUARDIAN: "student.guardian_answer",
             RequestKind.SCHOOL: "student.school_answer"}  # fmt: skip


class TooManyToday(Refused):
    """Enough links were sent for today. Try again tomorrow."""


class TooManyLetters(Refused):
    """This address was written to several times today already. Try again tomorrow."""

    field = "email"


class NotOpen(Refused):
    """This was answered or taken back, so there is nothing to send. Ask anew if you need to."""


class AlreadyAsked(Refused):
    """They have been asked already and have not answered yet. You can send the link again."""


class Closed(Refused):
    """This application is closed, so nobody is asked about it any more."""


class Asked(NamedTuple):
    """A request, and its link where there is no address to mail it to: shown once, stored nowhere."""

    request: ConfirmationRequest
    url: str | None


def require_may(application: Application, by: User | None) -> None:
    """Return quietly where the student (None) or this person of the team may ask. Raises NotAllowed, Closed."""
    if by is not None:
        access.require(by, Action.ASK_APPLICANT, application)
    if application.stage not in ASKABLE:
        raise Closed()


def send(application: Application, request: ConfirmationRequest) -> Asked:
    """Make a new link, the only one that works from now on, and mail it where there is an address.

    `application` is locked. Raises TooManyToday, TooManyLetters.
    """
    _require_room(application, request)
    links.revoke(PURPOSES[request.kind], request.id)
    request.sent_at, request.expires_at, request.reminded_at = clock.now(), clock.now() + LASTS, None
    sending = RequestSending(request_id=request.id, application_id=application.id, email_print=request.email_print)
    db.session.add(sending)
    url = new_link(application, request)
    return Asked(request, None if request.email else url)


def _require_room(application: Application, request: ConfirmationRequest) -> None:
    if db.session.scalars(queries.sendings_today(application_id=application.id)).one() >= MOST_FOR_ONE:
        raise TooManyToday()
    email = canonical_of(request)
    if email and db.session.scalars(queries.sendings_today(email=email)).one() >= MOST_TO_ONE:
        raise TooManyLetters()


def canonical_of(request: ConfirmationRequest) -> str | None:
    """The canonical address of who is asked; None where there is none."""
    return email_canonical(request.email) if request.email else None


def new_link(application: Application, request: ConfirmationRequest, *, reminder: bool = False) -> str:
    """Make one more link, mail it where there is an address, and return it. Nothing personal is in the letter."""
    token = links.issue(PURPOSES[request.kind], request.id, lasts=request.expires_at - clock.now())
    url = links.url(ENDPOINTS[request.kind], token=token)
    if request.email:
        community = db.session.get_one(Organisation, application.organisation_id)
        notice.send(
            request.email,
            "student/request/mail/asked",
            key=f"request.{request.kind.value}:{request.id}:{crypto.digest(token)[:16]}",
            kind=request.kind.value,
            reminder=reminder,
            until=request.expires_at,
            url=url,
            report_url=links.url("site.report_a_concern"),
            community_name=community.name,
            why=f"You get this message because this address was given to {community.name} on Vouch.",
        )
    return url


def send_again(application: Application, request_id: int, *, by: User | None) -> Asked:
    """Send a new link; the earlier ones are worth nothing. Raises NotAllowed, Closed, NotOpen, TooMany…."""
    application, request = _locked(application, request_id, by)
    if request.state is RequestState.EXPIRED:
        _reopen(request)
    if request.state is not RequestState.OPEN:
        raise NotOpen()
    audit.record(by, "request.sent_again", request, application=application.id)
    return send(application, request)


def _reopen(request: ConfirmationRequest) -> None:
    try:
        with db.session.begin_nested():
            request.move_to(RequestState.OPEN)
    except IntegrityError as error:
        raise AlreadyAsked() from error


def withdraw(application: Application, request_id: int, *, by: User | None) -> None:
    """Take a request back: its link is worth nothing any more. Raises NotAllowed, Closed, IllegalMove."""
    application, request = _locked(application, request_id, by)
    request.move_to(RequestState.WITHDRAWN)
    links.revoke(PURPOSES[request.kind], request.id)
    audit.record(by, "request.withdrawn", request, application=application.id)


def _locked(application: Application, request_id: int, by: User | None) -> tuple[Application, ConfirmationRequest]:
    application = db.session.scalars(queries.locked(application.id)).one()
    require_may(application, by)
    return application, db.session.scalars(queries.request_locked(request_id)).one()

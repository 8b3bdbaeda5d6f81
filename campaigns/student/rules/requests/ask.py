"""Asking a referee, a guardian or a school: by the student (`by` None), or by the team."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaigns.account.models import Organisation, User
from campaigns.account.rules import BadEmail, email_canonical, normal_email
from campaigns.audit import rules as audit
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import Refused
from campaigns.student import queries
from campaigns.student.models import Application, ConfirmationRequest, Identity
from campaigns.student.rules.address import canonical_of
from campaigns.student.rules.draft import NoSuchSchool
from campaigns.student.rules.requests.domains import belongs
from campaigns.student.rules.requests.send import LASTS, AlreadyAsked, Asked, require_may, send
from campaigns.student.states import RequestKind

MOST = 20


class TooManyPeople(Refused):
    """Twenty people were asked about this application already. That is enough."""


class OwnAddress(Refused):
    """This is the student's own address. Give the address of the person who can confirm it."""

    field = "email"


class NoGuardian(Refused):
    """There is no guardian to ask: the student is of age, or has not named one yet."""


class NotListed(Refused):
    """This school is not in our list with a mail domain of its own, so we cannot tell whose address this is. The
    community makes sure of the place in another way."""

    field = "email"


class NotItsDomain(Refused):
    """This address is not at the school's own domain. Use one that the school itself has given you."""

    field = "email"

    def __init__(self, school: Organisation, domains: list[str]) -> None:
        super().__init__(f"Use an address of {school.name} itself: one that ends in {' or '.join(domains[:3])}.")


def ask_referee(
    application: Application, name: str, relation: str, email: str = "", *, once: str, by: User | None
) -> Asked:
    """Ask somebody who knows the student to vouch. Without an address the link is returned, to be passed on.

    Raises NotAllowed, Closed, BadEmail, OwnAddress, AlreadyAsked, TooManyPeople, TooMany….
    """
    given = {"name": name, "relation": relation, "email": normal_email(email) if email.strip() else None}
    return _ask(application, RequestKind.REFEREE, once, by, **given)


def ask_guardian(application: Application, *, once: str, by: User | None) -> Asked:
    """Send the guardian whom the student has named a link of their own. Raises as above, and NoGuardian."""
    identity = db.session.scalars(queries.identity_of(application.id)).one()
    if not (identity.is_minor and identity.guardian_name):
        raise NoGuardian()
    try:
        email = normal_email(identity.guardian_contact or "")
    except BadEmail:
        email = None
    given = {"name": identity.guardian_name, "relation": identity.guardian_relation, "email": email}
    return _ask(application, RequestKind.GUARDIAN, once, by, **given)


def ask_school(
    application: Application, email: str, *, school_id: int | None = None, once: str, by: User | None
) -> Asked:
    """Ask a school's office, at an address of its own, to confirm the place and what it costs.

    It is the student's school; the team may ask another one of the list. Raises as above, and NoSuchSchool,
    NotListed, NotItsDomain.
    """
    wanted = (school_id if by is not None else None) or application.school_id
    if wanted is None:
        raise NotListed()
    school = db.session.scalars(queries.school(wanted)).one_or_none()
    if school is None:
        raise NoSuchSchool()
    address = normal_email(email)
    domains = sorted(db.session.scalars(queries.domains_of_school(school.id)))
    if not domains:
        raise NotListed()
    if not belongs(address, domains):
        raise NotItsDomain(school, domains)
    return _ask(application, RequestKind.SCHOOL, once, by, email=address, school_id=school.id)


def _ask(application: Application, kind: RequestKind, once: str, by: User | None, **given: Any) -> Asked:
    application = db.session.scalars(queries.locked(application.id)).one()
    require_may(application, by)
    same = sa.select(ConfirmationRequest).where(ConfirmationRequest.once == crypto.digest(once))
    again = db.session.scalars(same).one_or_none()
    if again is not None:  # a double click: a letter is on its way, but a link that is to be shown is made anew
        return Asked(again, None) if again.email else send(application, again)
    request = _new(application, kind, once, by, given)
    audit.record(by, "request.made", request, application=application.id, kind=kind.value)
    return send(application, request)


def _new(
    application: Application, kind: RequestKind, once: str, by: User | None, given: dict[str, Any]
) -> ConfirmationRequest:
    email = given.get("email")
    _require_sensible(application, email)
    request = ConfirmationRequest(
        application_id=application.id,
        kind=kind,
        once=crypto.digest(once),
        asked_by_id=by.id if by else None,
        email_print=crypto.fingerprint(email_canonical(email)) if email else None,
        expires_at=clock.now() + LASTS,
        **given,
    )
    try:
        with db.session.begin_nested():
            db.session.add(request)
    except IntegrityError as error:
        raise AlreadyAsked() from error
    return request


def _require_sensible(application: Application, email: str | None) -> None:
    asked = sa.select(sa.func.count(ConfirmationRequest.id))
    if db.session.scalars(asked.where(ConfirmationRequest.application_id == application.id)).one() >= MOST:
        raise TooManyPeople()
    identity = db.session.get_one(Identity, application.id)
    own = {application.applicant_email, canonical_of(identity)}
    if email and email_canonical(email) in own:
        raise OwnAddress()

"""The secret of the student's choice that opens an application together with its code; and losing either.

Beside the limit for each network address stands one in the database for each application: after `MOST_TRIES` wrong
secrets it stays shut for `WAIT`, wherever they come from. The rows are locked, so tries at the same time count too.
"""

from datetime import timedelta
from typing import NamedTuple

from campaigns import access
from campaigns.access import Action
from campaigns.account import passwords
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.kit import clock, crypto, db, links
from campaigns.kit.errors import Refused
from campaigns.student import queries
from campaigns.student.models import Application
from campaigns.student.rules import codes, tell
from campaigns.student.rules.address import address_of

SHORTEST, LONGEST = 6, 100
MOST_TRIES, WAIT = 10, timedelta(hours=1)
LINK, LINK_LASTS = "application.secret", timedelta(hours=1)
RESET_LASTS = timedelta(days=3)


class WrongCode(Refused):
    """No application opens with this code and secret. Look at both again. After ten wrong tries an application
    stays shut for an hour."""

    field = "code"


class TooShort(Refused):
    """Choose at least 6 letters or figures, or a few words."""

    field = "secret"


class Opened(NamedTuple):
    """An application that was opened, and its new code where a code that worked once opened it."""

    application: Application
    code: str | None = None


def choose(application: Application, secret: str) -> None:
    """Make this the secret, in whatever case and spacing; other browsers have to open it anew. Raises TooShort."""
    plain = _plain(secret)
    if len(plain) < SHORTEST:
        raise TooShort()
    application.secret_hash = passwords.hash_password(plain)
    application.tries, application.tried_at = 0, None
    application.lock_no += 1
    links.revoke(LINK, application.id)
    audit.record(None, "application.secret_chosen", application)


def resume(code: str, secret: str = "") -> Opened | None:
    """The application that code and secret open; None where one is wrong, or too many were: commit that it counts.

    A code opens alone as long as no secret was chosen. Takes the same time whatever is wrong.
    """
    digest = codes.digest(code)
    found = db.session.scalars(queries.by_code(digest).with_for_update(of=Application)).one_or_none()
    kept = found.secret_hash if found is not None else None
    right = passwords.matches(kept or passwords.NOBODY, _plain(secret))
    if found is None:
        return None
    if found.reset_hash == digest:
        return _once(found)
    if found.tries >= MOST_TRIES and _lately(found):
        return None
    if kept is None or right:
        found.tries = 0
        return Opened(found)
    found.tries = found.tries + 1 if _lately(found) else 1
    found.tried_at = clock.now()
    return None


def _lately(application: Application) -> bool:
    return application.tried_at is not None and clock.now() < application.tried_at + WAIT


def _once(application: Application) -> Opened:
    application.reset_hash = application.reset_until = application.secret_hash = None
    application.tries, application.tried_at = 0, None
    application.lock_no += 1
    audit.record(None, "application.reset_used", application)
    return Opened(application, renew_code(application))


def renew_code(application: Application) -> str:
    """A new resume code; the one before it is worth nothing any more."""
    code = codes.made_from(crypto.token())
    application.code_hash = codes.digest(code)
    audit.record(None, "application.code_renewed", application)
    return codes.grouped(code)


def forgot(code: str) -> None:
    """Mail a link for a new secret to the address that the student gave; says nothing of whether there is one."""
    found = db.session.scalars(queries.by_code(codes.digest(code))).one_or_none()
    if found is None or found.with_helper:
        return
    address = address_of(db.session.scalars(queries.identity_of(found.id)).one())
    if address is not None:
        links.revoke(LINK, found.id)
        tell.link(address, links.issue(LINK, found.id, lasts=LINK_LASTS))
        audit.record(None, "application.secret_forgotten", found)


def reset(token: str, secret: str) -> Application:
    """Take a new secret through a mailed link, once. Raises LinkSpent, TooShort."""
    link = links.consume(LINK, token)
    application = db.session.scalars(queries.locked(link.subject_id)).one()
    choose(application, secret)
    return application


def issue_reset(application: Application, *, by: User) -> str:
    """A code that opens the application once within 3 days, to tell a student who forgot the secret.

    Until then the old code and secret stay as they are. The caller has made sure who asks. Raises NotAllowed,
    ReauthenticationNeeded.
    """
    application = db.session.scalars(queries.locked(application.id)).one()
    access.require(by, Action.RESTORE_ENTRY, application)
    code = codes.made_from(crypto.token())
    application.reset_hash, application.reset_until = codes.digest(code), clock.now() + RESET_LASTS
    audit.record(by, "application.reset_issued", application)
    tell.reset_issued(application)
    return codes.grouped(code)


def _plain(secret: str) -> str:
    """Telephones begin with a capital letter and put spaces where nobody asked for them."""
    return " ".join(secret.casefold().split())[:LONGEST]

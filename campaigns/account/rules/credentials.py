"""Telling by a password who somebody is.

Hashing takes 25 ms. It is done while no transaction is open, so that no writer waits for it: what is
needed is looked up first, in a transaction that only reads and ends at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from campaigns.account import passwords, queries, sessions
from campaigns.account.models import User
from campaigns.account.rules import emails
from campaigns.kit import db
from campaigns.kit.errors import Refused


class WrongCredentials(Refused):
    """The e-mail address and the password do not fit. If you have just signed up, open the link we mailed you first."""


class WrongPassword(Refused):
    """This is not your current password."""

    field = "password"


@contextmanager
def glancing() -> Iterator[None]:
    """Look something up and let go of the database again. What was not committed before is dropped."""
    db.session.rollback()
    with db.reading():
        yield
    db.session.rollback()


def authenticate(email: str, password: str) -> User:
    """The person with this address and password, roles loaded. Raises WrongCredentials.

    Takes as long for an address that nobody has as for a wrong password.
    """
    email = _as_stored(email)
    with glancing():
        found = db.session.execute(queries.credentials(email)).one_or_none()
    fits = passwords.matches(found.password_hash if found else passwords.NOBODY, password)
    if found is None or not fits:
        raise WrongCredentials()
    better = passwords.hash_password(password) if passwords.is_outdated(found.password_hash) else None
    user = db.session.scalars(queries.by_email(email)).one()
    user.password_hash = better or user.password_hash
    return user


def require_password(user: User, password: str, *, field: str = "password") -> None:
    """Return quietly where this is the person's password, else raise WrongPassword. Leaves no transaction open."""
    known = user.password_hash
    db.session.rollback()
    if not passwords.matches(known, password):
        raise WrongPassword(field=field)


def reauthenticate(user: User, password: str) -> None:
    """Note that this person's session has just shown the password. Raises WrongPassword."""
    require_password(user, password)
    sessions.note(user, password=True)


def _as_stored(email: str) -> str:
    try:
        return emails.normal_email(email)
    except emails.BadEmail:
        return email.strip().lower()

"""Accounts: made, confirmed, renamed, and found again when the password is forgotten."""

from datetime import timedelta

from campaigns.account import passwords, queries, sessions
from campaigns.account.models import User
from campaigns.account.rules.credentials import glancing, reauthenticate, require_password
from campaigns.account.rules.emails import email_canonical, normal_email
from campaigns.account.rules.policy import check_password
from campaigns.audit import rules as audit
from campaigns.kit import clock, crypto, db, links
from campaigns.kit.errors import Refused
from campaigns.notice import rules as notice

SIGN_UP = "account.sign_up"
RESET = "account.reset"
NEW_EMAIL = "account.email"
CONFIRM_LASTS = timedelta(days=2)
RESET_LASTS = timedelta(minutes=10)
LONGEST_NAME = 120


class EmailTaken(Refused):
    """There is already an account with this e-mail address."""

    field = "email"


class BadName(Refused):
    """Enter your name, in at most 120 characters."""

    field = "name"


def normal_name(text: str) -> str:
    """The name on one line, without spaces around. Raises BadName."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadName()
    return name


def create_user(name: str, email: str, password: str, *, confirmed: bool = True) -> User:
    """Make an account at once: from the command line, for sample data, from an invitation.

    Raises BadName, BadEmail, BadPassword, EmailTaken.
    """
    name, email = normal_name(name), normal_email(email)
    check_password(password, email=email, name=name)
    return _add(name, email, passwords.hash_password(password), confirmed=confirmed)


def _add(name: str, email: str, password_hash: str, *, confirmed: bool) -> User:
    if _taken(email):
        raise EmailTaken()
    user = User(
        name=name,
        email=email,
        email_canonical=email_canonical(email),
        password_hash=password_hash,
        email_confirmed_at=clock.now() if confirmed else None,
        memberships=[],
    )
    db.session.add(user)
    audit.record(user, "account.created", user)
    return user


def _taken(email: str) -> bool:
    return db.session.scalars(queries.by_email(email)).one_or_none() is not None


def sign_up(name: str, email: str, password: str) -> None:
    """Mail a link that makes this account, or a word to whoever has the address already.

    Nobody but the reader of that mailbox learns which of the two was sent, and both take as long.
    The link holds what was typed, so that each confirms its own sign-up and nobody else's password.
    """
    name, email = normal_name(name), normal_email(email)
    check_password(password, email=email, name=name)
    given = {"name": name, "email": email, "password_hash": passwords.hash_password(password)}
    if _taken(email):
        notice.send(email, "account/mail/known", key=_once("account.known"), name=name, reset=_forgot_url())
    else:
        token = links.issue(SIGN_UP, 0, lasts=CONFIRM_LASTS, payload=given)
        url = links.url("account.confirm", token=token)
        notice.send(email, "account/mail/confirm", key=_once("account.confirm"), name=name, url=url)


def confirm(token: str) -> User:
    """Make the account that a sign-up link stands for. Raises LinkSpent, EmailTaken."""
    given = links.consume(SIGN_UP, token).payload
    return _add(given["name"], given["email"], given["password_hash"], confirmed=True)


def forgot(email: str) -> None:
    """Mail a link for a new password, or, where nobody has the address, a mail that says so. Raises BadEmail."""
    email = normal_email(email)
    user = db.session.scalars(queries.by_email(email)).one_or_none()
    if user is None or not user.is_active:
        notice.send(email, "account/mail/unknown", key=_once("account.unknown"), sign_up=links.url("account.sign_up"))
        return
    links.revoke(RESET, user.id)
    url = links.url("account.reset", token=links.issue(RESET, user.id, lasts=RESET_LASTS))
    notice.send(email, "account/mail/reset", key=_once("account.reset"), name=user.name, url=url)


def reset(token: str, password: str) -> User:
    """Set a new password through a mailed link and end every session. Raises LinkSpent, BadPassword."""
    with glancing():
        user = db.session.get_one(User, links.peek(RESET, token).subject_id)
        email, name = user.email, user.name
    check_password(password, email=email, name=name)
    password_hash = passwords.hash_password(password)
    links.consume(RESET, token)
    user.password_hash = password_hash
    sessions.end_all(user)
    _tell_of_new_password(user)
    return user


def change_password(user: User, current: str, password: str) -> None:
    """Set a new password, knowing the current one, and end all other sessions. Raises WrongPassword, BadPassword."""
    check_password(password, email=user.email, name=user.name)
    require_password(user, current, field="current")
    password_hash = passwords.hash_password(password)
    user.password_hash = password_hash
    sessions.note(user, password=True)
    sessions.end_others(user)
    _tell_of_new_password(user)


def _tell_of_new_password(user: User) -> None:
    links.revoke(RESET, user.id)
    audit.record(user, "account.password_changed", user)
    key = _once("account.password_changed")
    notice.send(user.email, "account/mail/password_changed", key=key, name=user.name, reset=_forgot_url())


def rename(user: User, name: str) -> None:
    """Change how this person is called. Raises BadName."""
    user.name = normal_name(name)
    audit.record(user, "account.renamed", user)


def change_email(user: User, email: str, password: str) -> None:
    """Mail a link to a new address; it becomes the account's when opened. Raises BadEmail, WrongPassword.

    Says nothing of whether another account has the address: its owner is told instead.
    """
    email = normal_email(email)
    reauthenticate(user, password)
    links.revoke(NEW_EMAIL, user.id)
    if _taken(email):
        notice.send(email, "account/mail/known", key=_once("account.known"), name=user.name, reset=_forgot_url())
        return
    token = links.issue(NEW_EMAIL, user.id, lasts=CONFIRM_LASTS, payload={"email": email})
    url = links.url("account.confirm_email", token=token)
    notice.send(email, "account/mail/confirm_email", key=_once("account.email"), name=user.name, url=url)


def confirm_email(token: str) -> User:
    """Make the address that a link was mailed to the account's own; tell the old one. Raises LinkSpent, EmailTaken."""
    link = links.consume(NEW_EMAIL, token)
    email: str = link.payload["email"]
    if _taken(email):
        raise EmailTaken()
    user = db.session.get_one(User, link.subject_id)
    old, user.email, user.email_canonical = user.email, email, email_canonical(email)
    links.revoke(RESET, user.id)
    audit.record(user, "account.email_changed", user)
    notice.send(old, "account/mail/email_changed", key=_once("account.email_changed"), name=user.name, email=email)
    return user


def _forgot_url() -> str:
    return links.url("account.forgot")


def _once(cause: str) -> str:
    """A key of its own: the same person may ask again, and then gets another mail."""
    return f"{cause}:{crypto.token()[:16]}"

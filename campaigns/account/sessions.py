"""Sessions as rows: started at sign-in, listed, revoked, and what each has shown."""

from datetime import timedelta

import sqlalchemy as sa

from campaigns.account import queries
from campaigns.account.models import User, UserSession
from campaigns.kit import clock, crypto, db

LASTS = timedelta(days=14)
FRESH = timedelta(minutes=15)


def start(user: User, agent: str = "") -> str:
    """Open a session for this person and return its token, which the browser keeps."""
    token, now = crypto.token(), clock.now()
    row = UserSession(
        token_hash=crypto.digest(token),
        user_id=user.id,
        agent=agent[:200],
        expires_at=now + LASTS,
        reauthenticated_at=now,
    )
    db.session.add(row)
    user.session_token, user.second_factor, user.reauthenticated = token, False, True
    return token


def load(token: str) -> User | None:
    """The person behind a session's token, with what this session has shown; None where it is not live."""
    row = db.session.scalars(queries.live_session(token)).unique().one_or_none()
    if row is None:
        return None
    user, since = row.user, clock.now() - FRESH
    user.session_token = token
    user.second_factor = row.second_factor_at is not None
    user.reauthenticated = row.reauthenticated_at is not None and row.reauthenticated_at > since
    return user


def note(user: User, *, second_factor: bool = False, password: bool = False) -> None:
    """Keep with this person's current session what it has just shown."""
    now = clock.now()
    values = {"last_seen_at": now}
    if second_factor:
        values["second_factor_at"] = now
        user.second_factor = True
    if password:
        values["reauthenticated_at"] = now
        user.reauthenticated = True
    current = UserSession.token_hash == crypto.digest(user.session_token or "")
    db.session.execute(sa.update(UserSession).where(current).values(**values))


def end(user: User, session_id: int | None = None) -> None:
    """Revoke one of this person's sessions: the current one, or that with the number."""
    which = (
        UserSession.id == session_id
        if session_id is not None
        else UserSession.token_hash == crypto.digest(user.session_token or "")
    )
    own = UserSession.user_id == user.id
    db.session.execute(sa.update(UserSession).where(own, which).values(revoked_at=clock.now()))


def end_others(user: User) -> None:
    """Revoke every session of this person but the current one."""
    others = UserSession.token_hash != crypto.digest(user.session_token or "")
    live = sa.and_(UserSession.user_id == user.id, UserSession.revoked_at.is_(None))
    db.session.execute(sa.update(UserSession).where(live, others).values(revoked_at=clock.now()))


def end_all(user: User) -> None:
    """Revoke every session of this person: after a new password."""
    live = sa.and_(UserSession.user_id == user.id, UserSession.revoked_at.is_(None))
    db.session.execute(sa.update(UserSession).where(live).values(revoked_at=clock.now()))

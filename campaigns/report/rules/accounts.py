"""What is held about somebody with an account, and forgetting them; what they did stays, under no name."""

from typing import Any

import sqlalchemy as sa

from campaigns.account import queries, sessions
from campaigns.account.models import Membership, Organisation, RecoveryCode, User, UserSession
from campaigns.audit import rules as audit
from campaigns.audit.models import AuditEntry
from campaigns.community.rules import team
from campaigns.kit import clock, crypto, db, held, journal
from campaigns.kit.errors import Refused
from campaigns.kit.held import Held, OnErasure
from campaigns.notice import rules as notice
from campaigns.report.rules import addresses

KIND = "account"
NOBODY = "Somebody who left"

HELD = {
    "account_user": Held(
        User, "Your account", OnErasure.NEUTRAL, "the trail and the book refer to it",
        frozenset({"password_hash", "totp_secret", "totp_last_step"}), "id",
    ),
    "account_session": Held(
        UserSession, "Where you signed in", OnErasure.DELETE, "", frozenset({"token_hash"}), "user_id"
    ),
}  # fmt: skip


class StillNeeded(Refused):
    """You are the last organiser of a community. Name another one first, so that somebody answers for it."""


def told_of(user: User) -> dict[str, Any]:
    """Everything about a person with an account, and about their address."""
    audit.record(user, "account.exported", user)
    db.session.flush()
    told = addresses.told_of(user.email)
    for name, each in HELD.items():
        told["tables"][name] = {"title": each.title, "rows": list(held.rows_of(each, user.id))}
    roles = (
        sa.select(Organisation.name, Membership.role, Membership.created_at, Membership.ended_at)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user.id)
        .order_by(Membership.id)
    )
    done = sa.select(AuditEntry.at, AuditEntry.action).where(AuditEntry.actor_id == user.id).order_by(AuditEntry.id)
    for name, title, select in (("membership", "Your roles", roles), ("audit_entry", "What you did", done)):
        rows = [{key: held.plain(value) for key, value in row._mapping.items()} for row in db.session.execute(select)]
        told["tables"][name] = {"title": title, "rows": rows}
    return told


def erase(user: User) -> None:
    """Close an account for good and forget who it was; roles end. Raises StillNeeded; the password was asked for."""
    address = user.email
    forget(user)
    db.session.flush()
    journal.write(KIND, crypto.fingerprint(address))  # last, and before the commit


def forget(user: User) -> None:
    """The same without the journal. Raises StillNeeded."""
    for membership in db.session.scalars(queries.memberships_of(user)).all():
        try:
            team.end_membership(membership, by=user)
        except (team.LastOrganiser, team.LastAdmin) as refusal:
            raise StillNeeded() from refusal
    addresses.forget(user.email)
    sessions.end_all(user)
    for table in (RecoveryCode, UserSession):
        gone = sa.delete(table).where(table.user_id == user.id)
        db.session.execute(gone.execution_options(synchronize_session=False))
    user.name, user.email = NOBODY, f"account-{user.id}{notice.ERASED}"
    user.email_canonical, user.password_hash = user.email, "none"
    user.totp_secret = user.totp_confirmed_at = None
    user.disabled_at = clock.now()
    audit.record(user, "account.erased", user)


def reapply(lines: set[str]) -> int:
    """Forget again the accounts that were forgotten; one that cannot be is shut, and counts too."""
    with db.reading():
        known = {row.email: row.id for row in db.session.execute(sa.select(User.email, User.id))}
        db.session.rollback()
    again = [known[email] for email in known if journal.noted(KIND, crypto.fingerprints(email), lines)]
    for user_id in again:
        with db.transaction():
            _again(db.session.get_one(User, user_id))
    return len(again)


def _again(user: User) -> None:
    try:
        with db.session.begin_nested():
            forget(user)
    except StillNeeded:  # the one who followed came after the backup: an administrator has to name somebody
        user.disabled_at = clock.now()

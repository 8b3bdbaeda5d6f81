"""Who may do what.

`require(by, action, thing)` asks whether a person may do something with a thing. Roles are held in
the organisation that the thing belongs to (its `organisation_id`); conflicts of interest stand
beside the roles and win over them.
"""

import sqlalchemy as sa
from flask import Flask
from flask_login import current_user

from campaigns.access.actions import Action, Owned
from campaigns.access.conflicts import is_applicant, is_barred, is_recused
from campaigns.access.grants import GRANTS, READERS, Grant
from campaigns.account.models import Membership, Organisation, User
from campaigns.account.states import SECOND_FACTOR_ROLES, OrganisationKind, Role
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded, SecondFactorNeeded

__all__ = [
    "GRANTS",
    "READERS",
    "Action",
    "Owned",
    "allows",
    "holders",
    "holds",
    "init_app",
    "is_applicant",
    "is_barred",
    "is_recused",
    "organisations_of",
    "platform_roles",
    "require",
]


def require(by: User, action: Action, thing: Owned) -> None:
    """Return quietly where `by` may do `action` with `thing`.

    Raises NotAllowed; SecondFactorNeeded or ReauthenticationNeeded where that alone is missing.
    """
    grant = GRANTS[action]
    held = _held(by, grant, thing)
    if not held:
        raise NotAllowed("Your role does not include this.")
    if grant.unless is not None and grant.unless(by, thing):
        raise NotAllowed("You have already had a hand in this, so somebody else has to do it.")
    if not by.second_factor and (grant.second_factor or held <= SECOND_FACTOR_ROLES):
        raise SecondFactorNeeded("Show your second factor first.")
    if grant.fresh and not by.reauthenticated:
        raise ReauthenticationNeeded("Enter your password again first.")


def holds(by: User, action: Action, thing: Owned) -> bool:
    """Whether a person's role gives them `action` in this organisation at all, conflicts in one case apart."""
    return bool(_held(by, GRANTS[action], thing))


def init_app(app: Flask) -> None:
    """Let templates ask `holds('see_money', community)`: whether the person who reads them holds that."""
    app.jinja_env.globals["holds"] = lambda action, thing: holds(current_user, Action(action), thing)


def allows(by: User, action: Action, thing: Owned) -> bool:
    """Whether to offer this to a person at all; a missing second factor is asked for when they take it."""
    try:
        require(by, action, thing)
    except (SecondFactorNeeded, ReauthenticationNeeded):
        return True
    except NotAllowed:
        return False
    return True


def _held(by: User, grant: Grant, thing: Owned) -> frozenset[Role]:
    held = by.roles_in(thing.organisation_id) & grant.roles
    if grant.platform:
        held |= platform_roles(by) & grant.platform
    return held


def platform_roles(user: User) -> frozenset[Role]:
    """What this person is for Vouch as a whole; no role within a community gives any of these."""
    return frozenset(m.role for m in user.memberships if m.organisation.kind is OrganisationKind.PLATFORM) & frozenset(
        {Role.MODERATOR, Role.ADMINISTRATOR}
    )


def organisations_of(user: User, action: Action) -> sa.Select[int]:
    """The ids of the organisations in which this person holds a role that `action` is granted to."""
    grant = GRANTS[action]
    current = sa.and_(Membership.user_id == user.id, Membership.ended_at.is_(None))
    ids = sa.select(Membership.organisation_id).where(current, Membership.role.in_(grant.roles))
    if grant.platform and platform_roles(user) & grant.platform:
        ids = sa.select(Organisation.id)
    return ids


def holders(action: Action, organisation_id: int) -> sa.Select[User]:
    """The people who could be asked to do `action` in an organisation."""
    current = sa.and_(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
    ids = sa.select(Membership.user_id).where(current, Membership.role.in_(GRANTS[action].roles))
    return sa.select(User).where(User.id.in_(ids), User.disabled_at.is_(None)).order_by(User.id)

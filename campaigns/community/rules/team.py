"""Who belongs to a community: invited by mail, joined by the link, left."""

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account import rules as account
from campaigns.account.models import Membership, Organisation, User
from campaigns.account.rules.credentials import glancing
from campaigns.account.states import COMMUNITY_ROLES, COMPANY_ROLES, OrganisationKind, Role
from campaigns.audit import rules as audit
from campaigns.community import queries
from campaigns.community.models import Community, Invitation
from campaigns.community.states import DOES, DOES_IN_COMPANY
from campaigns.kit import clock, crypto, db, links
from campaigns.kit.errors import NotAllowed, Refused
from campaigns.kit.states import words
from campaigns.notice import rules as notice

INVITATION = "community.invitation"
LASTS = timedelta(days=14)


class AlreadyThere(Refused):
    """This person already has that role here."""

    field = "email"


class AlreadyInvited(Refused):
    """This address is already invited to that role. You can send the invitation again below."""

    field = "email"


class NoLongerOpen(Refused):
    """This invitation has been accepted or withdrawn."""


class LastOrganiser(Refused):
    """A community keeps at least one organiser. Invite another one first."""


class LastAdmin(Refused):
    """A company keeps at least one admin. Invite another one first."""


class Team(NamedTuple):
    """What there is to know of the people of one kind of organisation."""

    manage: Action
    roles: frozenset[Role]
    keeps: Role  # at least one of these stays
    page: str


TEAMS = {
    OrganisationKind.COMMUNITY: Team(Action.MANAGE_TEAM, COMMUNITY_ROLES, Role.ORGANISER, "community.team"),
    OrganisationKind.COMPANY: Team(Action.MANAGE_COMPANY, COMPANY_ROLES, Role.COMPANY_ADMIN, "sponsor.people"),
}


def invite(place: Community | Organisation, email: str, role: Role, *, by: User) -> Invitation:
    """Offer a role in a community or a company to whoever reads the mail of an address.

    Raises NotAllowed, BadEmail, AlreadyThere, AlreadyInvited.
    """
    organisation = place if isinstance(place, Organisation) else place.organisation
    team = TEAMS[organisation.kind]
    access.require(by, team.manage, organisation)
    email = account.normal_email(email)
    if role not in team.roles:
        raise NotAllowed("That is not a role here.")
    if role in db.session.scalars(queries.current_roles(organisation.id, email)).all():
        raise AlreadyThere()
    same = sa.and_(Invitation.email == email, Invitation.role == role)
    if db.session.scalars(queries.open_invitations(organisation.id).where(same)).first():
        raise AlreadyInvited()
    invitation = Invitation(organisation=organisation, email=email, role=role, invited_by_id=by.id)
    db.session.add(invitation)
    audit.record(by, "invitation.sent", invitation, role=role.value)
    _mail(invitation, by.name)
    return invitation


def _mail(invitation: Invitation, inviter: str) -> None:
    token = links.issue(INVITATION, invitation.id, lasts=LASTS)
    notice.send(
        invitation.email,
        "community/mail/invitation",
        key=f"invitation:{invitation.id}:{crypto.digest(token)[:16]}",
        inviter=inviter,
        community_name=invitation.organisation.name,
        role=words(invitation.role),
        meaning=f"{words(invitation.role).capitalize()}: {(DOES | DOES_IN_COMPANY)[invitation.role]}.",
        until=clock.now() + LASTS,
        url=links.url("community.accept_invitation", token=token),
    )


def resend(invitation: Invitation, *, by: User) -> None:
    """Mail a new link; the earlier one no longer works. Raises NotAllowed, NoLongerOpen."""
    access.require(by, TEAMS[invitation.organisation.kind].manage, invitation)
    _require_open(invitation)
    links.revoke(INVITATION, invitation.id)
    audit.record(by, "invitation.sent_again", invitation)
    _mail(invitation, by.name)


def withdraw(invitation: Invitation, *, by: User) -> None:
    """Take an invitation back; its link no longer works. Raises NotAllowed, NoLongerOpen."""
    access.require(by, TEAMS[invitation.organisation.kind].manage, invitation)
    _require_open(invitation)
    invitation.withdrawn_at = clock.now()
    links.revoke(INVITATION, invitation.id)
    audit.record(by, "invitation.withdrawn", invitation)


def _require_open(invitation: Invitation) -> None:
    if invitation.accepted_at or invitation.withdrawn_at:
        raise NoLongerOpen()


def behind(token: str) -> Invitation:
    """The invitation that a link stands for, for the page that a GET shows. Raises LinkSpent, NoLongerOpen."""
    invitation = db.session.get_one(Invitation, links.peek(INVITATION, token).subject_id)
    _require_open(invitation)
    return invitation


def accept(token: str, *, by: User) -> Invitation:
    """Take the role that a link offers. Raises LinkSpent, NoLongerOpen, AlreadyHeld, NotAllowed (another address)."""
    invitation = behind(token)
    if by.email != invitation.email:
        raise NotAllowed(f"This invitation is for {invitation.email}.")
    links.consume(INVITATION, token)
    invitation.accepted_at = clock.now()
    account.grant(by, invitation.organisation, invitation.role, by=by)
    audit.record(by, "invitation.accepted", invitation)
    _tell_inviter(invitation, by.name)
    return invitation


def _tell_inviter(invitation: Invitation, name: str) -> None:
    notice.send(
        invitation.invited_by.email,
        "community/mail/accepted",
        key=f"invitation.accepted:{invitation.id}",
        inviter=invitation.invited_by.name,
        name=name,
        role=words(invitation.role),
        community_name=invitation.organisation.name,
        url=links.url(TEAMS[invitation.organisation.kind].page, slug=invitation.organisation.slug),
    )


def join(token: str, name: str, password: str) -> User:
    """Make an account for the invited address, which the link has confirmed, and take the role.

    Raises LinkSpent, NoLongerOpen, and what `account.rules.create_user` raises.
    """
    with glancing():
        email = behind(token).email
    user = account.create_user(name, email, password)
    accept(token, by=user)
    return user


def end_membership(membership: Membership, *, by: User) -> None:
    """Take a role back, or give one's own up. Raises NotAllowed, LastOrganiser, LastAdmin."""
    team = TEAMS.get(membership.organisation.kind)
    if membership.user_id != by.id:
        access.require(by, team.manage if team else Action.ADMINISTER, membership)
    # Two organisers who remove each other wait for one another here.
    lock = sa.select(Organisation.id).where(Organisation.id == membership.organisation_id).with_for_update()
    db.session.execute(lock)
    if team and membership.role is team.keeps and not db.session.scalars(queries.others_like(membership)).first():
        raise LastOrganiser() if team.keeps is Role.ORGANISER else LastAdmin()
    account.end(membership, by=by)

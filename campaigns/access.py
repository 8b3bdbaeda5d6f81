"""Every grant, in one table. Whatever is not in it is refused.

`require(by, action, thing)` asks whether a person may do something with a thing. Roles are held in
the organisation that the thing belongs to (its `organisation_id`); conflicts of interest stand
beside the roles and win over them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import sqlalchemy as sa
from flask import Flask
from flask_login import current_user

from campaigns.account.models import Membership, Organisation, User
from campaigns.account.states import COMMUNITY_ROLES, SECOND_FACTOR_ROLES, OrganisationKind, Role
from campaigns.kit.errors import NotAllowed, ReauthenticationNeeded, SecondFactorNeeded


class Action(StrEnum):
    """What can be asked for."""

    VIEW_COMMUNITY = "view_community"
    MANAGE_TEAM = "manage_team"
    EDIT_COMMUNITY = "edit_community"
    SEE_APPLICATIONS = "see_applications"
    VET = "vet"
    DECIDE_APPLICATION = "decide_application"
    OVERRULE_CONFLICT = "overrule_conflict"
    SET_RUBRIC = "set_rubric"
    ASK_APPLICANT = "ask_applicant"
    SEE_IDENTITY = "see_identity"
    SEE_DOCUMENT = "see_document"
    IMPORT_APPLICATIONS = "import_applications"
    SEE_IMPORT_CODES = "see_import_codes"
    CHECK_CONSENT = "check_consent"
    RESTORE_ENTRY = "restore_entry"
    SEE_SCHOOL_ACCOUNTS = "see_school_accounts"
    CONFIRM_SCHOOL_ACCOUNT = "confirm_school_account"
    CREATE_CAMPAIGN = "create_campaign"
    EDIT_CAMPAIGN = "edit_campaign"
    REVIEW_CAMPAIGN = "review_campaign"
    CLOSE_CAMPAIGN = "close_campaign"
    WRITE_ASK = "write_ask"
    MODERATE_ASK = "moderate_ask"
    SEND_ASK = "send_ask"
    SEE_MONEY = "see_money"
    RECORD_PAYMENT = "record_payment"
    EDIT_BANK_DETAILS = "edit_bank_details"
    PROPOSE_DISBURSEMENT = "propose_disbursement"
    RELEASE_DISBURSEMENT = "release_disbursement"
    PROVE_DISBURSEMENT = "prove_disbursement"
    REPORT_DEPARTURE = "report_departure"
    CONFIRM_DEPARTURE = "confirm_departure"
    SETTLE_DEPARTURE = "settle_departure"
    RECORD_OUTCOME = "record_outcome"
    APPROVE_OUTCOME = "approve_outcome"
    WRITE_UPDATE = "write_update"
    APPROVE_UPDATE = "approve_update"
    SEE_MESSAGES = "see_messages"
    MODERATE_MESSAGE = "moderate_message"
    ANSWER_SPONSOR = "answer_sponsor"
    REVIEW_WORK = "review_work"
    VERIFY_NEED = "verify_need"
    APPROVE_NEED_CHANGE = "approve_need_change"
    READ_FOR_PUBLICATION = "read_for_publication"
    READ_AS_OFFICER = "read_as_officer"
    ADMINISTER = "administer"
    EXPORT_PERSON = "export_person"
    ERASE_PERSON = "erase_person"
    BREAK_GLASS = "break_glass"
    SEE_BREAK_GLASS = "see_break_glass"
    ACKNOWLEDGE_BREAK_GLASS = "acknowledge_break_glass"


class Owned(Protocol):
    """A thing that belongs to an organisation."""

    @property
    def organisation_id(self) -> int | None:
        """The organisation whose roles count."""
        ...


Conflict = Callable[[User, Any], bool]


@dataclass(frozen=True)
class Grant:
    """Who may: these roles, in the thing's organisation or (`platform`) in Vouch itself, without a conflict."""

    roles: frozenset[Role]
    unless: Conflict | None = None
    platform: frozenset[Role] = frozenset()
    second_factor: bool = False  # asked of every role here, not only of those that always need one
    fresh: bool = False  # the password must have been shown lately


def is_author(user: User, thing: Any) -> bool:
    """The person wrote it."""
    return bool(thing.author_id == user.id)


def is_applicant(user: User, application: Any) -> bool:
    """The person is the applicant, or entered the application for the student, by account or by address."""
    return user.id in {application.applicant_user_id, application.helper_user_id} or user.email_canonical in {
        application.applicant_email,
        application.helper_email,
    }


def is_recused(user: User, application: Any) -> bool:
    """The person is the applicant or vouches for them, or has a conflict of interest that stands."""
    mine = is_applicant(user, application) or user.id in application.recused_ids
    return mine or application.is_referee(user)


def is_barred(user: User, application: Any) -> bool:
    """The person is recused, has seen who the student is, or belongs to the panel that was appealed against."""
    mine = is_applicant(user, application) or user.id in application.barred_ids
    return mine or application.is_referee(user)


def decides_against_themselves(user: User, application: Any) -> bool:
    """The person is recused, or belongs to the panel that was appealed against."""
    return is_recused(user, application) or user.id in application.first_panel_ids


def has_to_be_blind(user: User, application: Any) -> bool:
    """The person is recused, or has to score the application without knowing who the student is."""
    return is_applicant(user, application) or bool(application.withholds_identity_from(user))


def asked_the_school(user: User, account: Any) -> bool:
    """The person asked for this account: a second one confirms it."""
    return bool(account.proposed_by_id == user.id)


def proposed_or_applied(user: User, change: Any) -> bool:
    """The person proposed this change of a cost, or the cost is their own."""
    return bool(user.id in (change.proposed_by_id, change.applicant_user_id))


def opened_it(user: User, glass: Any) -> bool:
    """The person broke this glass."""
    return bool(glass.opened_by_id == user.id)


def proposed_or_vetted(user: User, disbursement: Any) -> bool:
    """The person proposed this payment, or vetted a student whom it supports."""
    return bool(disbursement.proposed_by_id == user.id or user.id in disbursement.vetter_ids)


def did_not_start(user: User, run: Any) -> bool:
    """Somebody else started it: what it made is for them to hand out."""
    return bool(run.started_by_id != user.id)


def is_party(user: User, message: Any) -> bool:
    """The person wrote it, or is the sponsor or the student between whom it goes."""
    return bool(message.has_party(user))


def made_or_approved(user: User, work: Any) -> bool:
    """The person is the student who made it, or has approved it already."""
    return is_applicant(user, work.application) or bool(work.first_approver_id == user.id)


def reported_or_left(user: User, departure: Any) -> bool:
    """The person reported this departure, or is the student who leaves."""
    return bool(departure.reported_by_id == user.id) or is_applicant(user, departure.application)


def recorded_it(user: User, thing: Any) -> bool:
    """The person took it down."""
    return bool(thing.recorded_by_id == user.id)


ORGANISERS = frozenset({Role.ORGANISER})
ADVOCATES = frozenset({Role.ORGANISER, Role.MEMBER})
VETTERS = frozenset({Role.VETTER, Role.SAFEGUARDING_OFFICER})
SAFEGUARDING = frozenset({Role.SAFEGUARDING_OFFICER})
READERS = ADVOCATES | VETTERS
TREASURERS = frozenset({Role.TREASURER})
MODERATORS = frozenset({Role.MODERATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

GRANTS: dict[Action, Grant] = {
    Action.VIEW_COMMUNITY: Grant(COMMUNITY_ROLES),
    Action.MANAGE_TEAM: Grant(ORGANISERS),
    Action.EDIT_COMMUNITY: Grant(ORGANISERS),
    Action.SEE_APPLICATIONS: Grant(VETTERS),
    Action.VET: Grant(VETTERS, unless=is_barred),
    Action.DECIDE_APPLICATION: Grant(VETTERS, unless=decides_against_themselves),
    Action.OVERRULE_CONFLICT: Grant(SAFEGUARDING, unless=is_recused),
    Action.SET_RUBRIC: Grant(ORGANISERS),
    Action.ASK_APPLICANT: Grant(VETTERS, unless=is_recused),
    Action.SEE_IDENTITY: Grant(VETTERS, unless=has_to_be_blind, fresh=True),
    Action.SEE_DOCUMENT: Grant(VETTERS, unless=has_to_be_blind, fresh=True),
    Action.IMPORT_APPLICATIONS: Grant(ADVOCATES),
    Action.SEE_IMPORT_CODES: Grant(ADVOCATES, unless=did_not_start, fresh=True),
    Action.CHECK_CONSENT: Grant(SAFEGUARDING, unless=is_applicant),
    Action.RESTORE_ENTRY: Grant(VETTERS, unless=is_applicant, fresh=True),
    Action.SEE_SCHOOL_ACCOUNTS: Grant(TREASURERS, fresh=True),
    Action.CONFIRM_SCHOOL_ACCOUNT: Grant(TREASURERS, unless=asked_the_school, fresh=True),
    Action.CREATE_CAMPAIGN: Grant(ADVOCATES),
    Action.EDIT_CAMPAIGN: Grant(ADVOCATES),
    Action.REVIEW_CAMPAIGN: Grant(SAFEGUARDING, unless=is_author),
    Action.CLOSE_CAMPAIGN: Grant(ORGANISERS),
    Action.WRITE_ASK: Grant(ADVOCATES),
    Action.MODERATE_ASK: Grant(SAFEGUARDING, unless=is_author, platform=MODERATORS),
    Action.SEND_ASK: Grant(ADVOCATES),
    Action.SEE_MONEY: Grant(ORGANISERS | TREASURERS),
    Action.RECORD_PAYMENT: Grant(TREASURERS),
    Action.EDIT_BANK_DETAILS: Grant(TREASURERS, fresh=True),
    Action.PROPOSE_DISBURSEMENT: Grant(TREASURERS),
    Action.RELEASE_DISBURSEMENT: Grant(
        ORGANISERS | TREASURERS, unless=proposed_or_vetted, second_factor=True, fresh=True
    ),
    Action.PROVE_DISBURSEMENT: Grant(TREASURERS),
    Action.REPORT_DEPARTURE: Grant(VETTERS, unless=is_applicant),
    Action.CONFIRM_DEPARTURE: Grant(VETTERS, unless=reported_or_left),
    Action.SETTLE_DEPARTURE: Grant(ORGANISERS | TREASURERS),
    Action.RECORD_OUTCOME: Grant(VETTERS, unless=is_applicant),
    Action.APPROVE_OUTCOME: Grant(SAFEGUARDING, unless=recorded_it),
    Action.WRITE_UPDATE: Grant(ADVOCATES),
    Action.APPROVE_UPDATE: Grant(SAFEGUARDING, unless=is_author),
    Action.SEE_MESSAGES: Grant(SAFEGUARDING, platform=MODERATORS),
    Action.MODERATE_MESSAGE: Grant(SAFEGUARDING, unless=is_party, platform=MODERATORS),
    Action.ANSWER_SPONSOR: Grant(ADVOCATES),
    Action.REVIEW_WORK: Grant(VETTERS, unless=made_or_approved),
    Action.VERIFY_NEED: Grant(VETTERS, unless=is_recused),
    Action.APPROVE_NEED_CHANGE: Grant(SAFEGUARDING, unless=proposed_or_applied),
    Action.READ_FOR_PUBLICATION: Grant(READERS, unless=is_author),
    Action.READ_AS_OFFICER: Grant(SAFEGUARDING, unless=is_author),
    Action.ADMINISTER: Grant(frozenset(), platform=ADMINISTRATORS),
    Action.EXPORT_PERSON: Grant(SAFEGUARDING, unless=is_applicant, fresh=True),
    Action.ERASE_PERSON: Grant(SAFEGUARDING, unless=is_applicant, fresh=True),
    Action.BREAK_GLASS: Grant(
        SAFEGUARDING, unless=is_applicant, platform=ADMINISTRATORS, second_factor=True, fresh=True
    ),
    Action.SEE_BREAK_GLASS: Grant(SAFEGUARDING | ORGANISERS, platform=ADMINISTRATORS, second_factor=True),
    Action.ACKNOWLEDGE_BREAK_GLASS: Grant(SAFEGUARDING | ORGANISERS, unless=opened_it),
}


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

"""Every grant, in one table. Whatever is not in it is refused."""

from dataclasses import dataclass

from campaigns.access import conflicts
from campaigns.access.actions import Action
from campaigns.access.conflicts import Conflict
from campaigns.account.states import COMMUNITY_ROLES, COMPANY_ROLES, Role


@dataclass(frozen=True)
class Grant:
    """Who may: these roles, in the thing's organisation or (`platform`) in Vouch itself, without a conflict."""

    roles: frozenset[Role]
    unless: Conflict | None = None
    platform: frozenset[Role] = frozenset()
    second_factor: bool = False  # asked of every role here, not only of those that always need one
    fresh: bool = False  # the password must have been shown lately


ORGANISERS = frozenset({Role.ORGANISER})
ADVOCATES = frozenset({Role.ORGANISER, Role.MEMBER})
VETTERS = frozenset({Role.VETTER, Role.SAFEGUARDING_OFFICER})
SAFEGUARDING = frozenset({Role.SAFEGUARDING_OFFICER})
READERS = ADVOCATES | VETTERS
TREASURERS = frozenset({Role.TREASURER})
OFFICERS = ORGANISERS | TREASURERS | SAFEGUARDING
MODERATORS = frozenset({Role.MODERATOR})
PAYERS = frozenset({Role.COMPANY_ADMIN, Role.COMPANY_FINANCE})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

GRANTS: dict[Action, Grant] = {
    Action.VIEW_COMMUNITY: Grant(COMMUNITY_ROLES),
    Action.MANAGE_TEAM: Grant(ORGANISERS),
    Action.EDIT_COMMUNITY: Grant(ORGANISERS),
    Action.SEE_APPLICATIONS: Grant(VETTERS),
    Action.VET: Grant(VETTERS, unless=conflicts.is_barred),
    Action.DECIDE_APPLICATION: Grant(VETTERS, unless=conflicts.decides_against_themselves),
    Action.OVERRULE_CONFLICT: Grant(SAFEGUARDING, unless=conflicts.is_recused),
    Action.SET_RUBRIC: Grant(ORGANISERS),
    Action.ASK_APPLICANT: Grant(VETTERS, unless=conflicts.is_recused),
    Action.SEE_IDENTITY: Grant(VETTERS, unless=conflicts.has_to_be_blind, fresh=True),
    Action.SEE_DOCUMENT: Grant(VETTERS, unless=conflicts.has_to_be_blind, fresh=True),
    Action.IMPORT_APPLICATIONS: Grant(ADVOCATES),
    Action.SEE_IMPORT_CODES: Grant(ADVOCATES, unless=conflicts.did_not_start, fresh=True),
    Action.CHECK_CONSENT: Grant(SAFEGUARDING, unless=conflicts.is_applicant),
    Action.RESTORE_ENTRY: Grant(VETTERS, unless=conflicts.is_applicant, fresh=True),
    Action.SEE_SCHOOL_ACCOUNTS: Grant(OFFICERS, fresh=True),
    Action.CONFIRM_SCHOOL_ACCOUNT: Grant(TREASURERS, unless=conflicts.asked_the_school, fresh=True),
    Action.SECOND_SCHOOL_ACCOUNT: Grant(OFFICERS, unless=conflicts.asked_or_confirmed, second_factor=True, fresh=True),
    Action.STOP_SCHOOL_ACCOUNT: Grant(OFFICERS),
    Action.CREATE_CAMPAIGN: Grant(ADVOCATES),
    Action.EDIT_CAMPAIGN: Grant(ADVOCATES),
    Action.REVIEW_CAMPAIGN: Grant(SAFEGUARDING, unless=conflicts.is_author),
    Action.CLOSE_CAMPAIGN: Grant(ORGANISERS),
    Action.WRITE_ASK: Grant(ADVOCATES),
    Action.MODERATE_ASK: Grant(SAFEGUARDING, unless=conflicts.is_author, platform=MODERATORS),
    Action.SEND_ASK: Grant(ADVOCATES),
    Action.SEE_MONEY: Grant(ORGANISERS | TREASURERS),
    Action.RECORD_PAYMENT: Grant(TREASURERS),
    Action.REFUND: Grant(TREASURERS, fresh=True),
    Action.EDIT_BANK_DETAILS: Grant(TREASURERS, fresh=True),
    Action.PROPOSE_DISBURSEMENT: Grant(TREASURERS, fresh=True),
    Action.EDIT_LEGAL_DETAILS: Grant(TREASURERS, fresh=True),
    Action.ISSUE_DOCUMENT: Grant(TREASURERS),
    Action.RELEASE_DISBURSEMENT: Grant(
        ORGANISERS | TREASURERS, unless=conflicts.proposed_or_kept_out, second_factor=True, fresh=True
    ),
    Action.ORDER_TRANSFERS: Grant(TREASURERS, fresh=True),
    Action.VOID_TRANSFERS: Grant(ORGANISERS | TREASURERS, unless=conflicts.made_it, second_factor=True, fresh=True),
    Action.PROVE_DISBURSEMENT: Grant(TREASURERS),
    Action.RECORD_RETURN: Grant(TREASURERS, fresh=True),
    Action.REPORT_DEPARTURE: Grant(VETTERS, unless=conflicts.is_applicant),
    Action.CONFIRM_DEPARTURE: Grant(VETTERS, unless=conflicts.reported_or_left),
    Action.SETTLE_DEPARTURE: Grant(ORGANISERS | TREASURERS),
    Action.RECORD_OUTCOME: Grant(VETTERS, unless=conflicts.is_applicant),
    Action.APPROVE_OUTCOME: Grant(SAFEGUARDING, unless=conflicts.recorded_it),
    Action.WRITE_UPDATE: Grant(ADVOCATES),
    Action.APPROVE_UPDATE: Grant(SAFEGUARDING, unless=conflicts.is_author),
    Action.SEE_MESSAGES: Grant(SAFEGUARDING, platform=MODERATORS),
    Action.MODERATE_MESSAGE: Grant(SAFEGUARDING, unless=conflicts.is_party, platform=MODERATORS),
    Action.ANSWER_SPONSOR: Grant(ADVOCATES),
    Action.REVIEW_WORK: Grant(VETTERS, unless=conflicts.made_or_approved),
    Action.VERIFY_NEED: Grant(VETTERS, unless=conflicts.is_recused),
    Action.APPROVE_NEED_CHANGE: Grant(SAFEGUARDING, unless=conflicts.proposed_or_recused),
    Action.READ_FOR_PUBLICATION: Grant(READERS, unless=conflicts.is_author),
    Action.READ_AS_OFFICER: Grant(SAFEGUARDING, unless=conflicts.is_author),
    Action.VIEW_COMPANY: Grant(COMPANY_ROLES),
    Action.MANAGE_COMPANY: Grant(frozenset({Role.COMPANY_ADMIN}), platform=ADMINISTRATORS),
    Action.PAY_FOR_COMPANY: Grant(PAYERS),
    Action.SET_COMPANY_LIMIT: Grant(frozenset({Role.COMPANY_ADMIN})),
    Action.PROPOSE_PLEDGE: Grant(COMPANY_ROLES),
    Action.APPROVE_PLEDGE: Grant(PAYERS, unless=conflicts.proposed_or_approved),
    Action.WITHDRAW_PROPOSAL: Grant(COMPANY_ROLES, unless=conflicts.did_not_propose),
    Action.DECIDE_CLAIM: Grant(frozenset(), unless=conflicts.asked_for_it, platform=ADMINISTRATORS),
    Action.ADMINISTER: Grant(frozenset(), platform=ADMINISTRATORS),
    Action.EXPORT_PERSON: Grant(SAFEGUARDING, unless=conflicts.is_applicant, fresh=True),
    Action.ERASE_PERSON: Grant(SAFEGUARDING, unless=conflicts.is_applicant, fresh=True),
    Action.BREAK_GLASS: Grant(
        SAFEGUARDING, unless=conflicts.is_applicant, platform=ADMINISTRATORS, second_factor=True, fresh=True
    ),
    Action.SEE_BREAK_GLASS: Grant(SAFEGUARDING | ORGANISERS, platform=ADMINISTRATORS, second_factor=True),
    Action.ACKNOWLEDGE_BREAK_GLASS: Grant(SAFEGUARDING | ORGANISERS, unless=conflicts.opened_it),
}

"""What somebody can ask to do, and what they do it to."""

from enum import StrEnum
from typing import Protocol


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
    SECOND_SCHOOL_ACCOUNT = "second_school_account"
    STOP_SCHOOL_ACCOUNT = "stop_school_account"
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
    EDIT_LEGAL_DETAILS = "edit_legal_details"
    ISSUE_DOCUMENT = "issue_document"
    PROPOSE_DISBURSEMENT = "propose_disbursement"
    RELEASE_DISBURSEMENT = "release_disbursement"
    PROVE_DISBURSEMENT = "prove_disbursement"
    RECORD_RETURN = "record_return"
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

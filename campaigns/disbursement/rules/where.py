"""Where a school is paid: the account in use when it is proposed, when it is looked at again, when it leaves."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.disbursement.models import Disbursement
from campaigns.disbursement.states import DisbursementState
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.kit.states import words
from campaigns.payment.queries import connect as transfers
from campaigns.student import queries as students
from campaigns.student.models import SchoolAccount

# The countries of the SEPA area, by what their IBANs begin with (EPC409-09, list of SEPA scheme countries).
SEPA = frozenset(
    {
        *("AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR"),
        *("HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO"),
        *("RS", "SE", "SI", "SK", "SM", "VA"),
    }
)


class NoAccount(Refused):
    """This school has no account that two of you have confirmed. Ask the school for it, then confirm it."""


class AccountWaits(Refused):
    """The school's account cannot be used yet: it waits for a second person, or for its three days to be over."""


class AccountChanged(Refused):
    """The school's account has changed since this was proposed. Somebody has to look at it again first."""


class NotSepa(Refused):
    """A SEPA file orders euros to an IBAN in the SEPA area. Order this at the bank by hand, and record it here."""


class NotByBank(Refused):
    """This school is paid through Stripe: agree, and it is sent there."""


class NotByProvider(Refused):
    """This school is paid at a bank, not through Stripe."""


class OnItsWay(Refused):
    """Stripe was told to send this. Wait until it has answered."""


class NotProposed(Refused):
    """Only a proposal can be looked at again."""

    def __init__(self, state: DisbursementState) -> None:
        super().__init__(f"This payment is {words(state)}, so there is nothing to look at again.")


def in_use(organisation_id: int, school_id: int) -> SchoolAccount | None:
    """The account at which a community pays a school, usable or waiting; None where none is confirmed."""
    return db.session.scalars(students.account_in_use(organisation_id, school_id)).one_or_none()


def has_changed(disbursement: Disbursement, account: SchoolAccount | None) -> bool:
    """Whether a proposal was made for another account than the one in use now."""
    pinned = disbursement.account_id
    return pinned is not None and account is not None and pinned != account.id


def pin(disbursement: Disbursement) -> SchoolAccount:
    """Keep with a payment that leaves now where it goes: the account itself and its fingerprint.

    Whoever objects to the account at the same moment waits, or is waited for. Raises NoAccount, AccountWaits,
    AccountChanged.
    """
    found = students.account_in_use(disbursement.organisation_id, disbursement.school_id)
    now = found.with_for_update().execution_options(populate_existing=True)
    account = db.session.scalars(now).one_or_none()
    if account is None:
        raise NoAccount()
    if has_changed(disbursement, account):
        raise AccountChanged()
    if not account.usable:
        raise AccountWaits()
    disbursement.account_id, disbursement.account_print = account.id, account.print
    return account


def require_sepa(disbursement: Disbursement) -> None:
    """Return quietly where a SEPA file can order this. Raises NotSepa."""
    account = db.session.get(SchoolAccount, disbursement.account_id) if disbursement.account_id else None
    if disbursement.currency != "EUR" or account is None or (account.iban or "")[:2] not in SEPA:
        raise NotSepa()


def require_bank(disbursement: Disbursement) -> None:
    """Return quietly where a bank can pay this. Raises NotByBank."""
    if _provider_ref(disbursement) is not None:
        raise NotByBank()


def require_provider(disbursement: Disbursement) -> str:
    """The school's account at the card company. Raises NotByProvider."""
    found = _provider_ref(disbursement)
    if found is None:
        raise NotByProvider()
    return found


def require_not_sent(disbursement: Disbursement) -> None:
    """Return quietly where the card company was not told to send this. Raises OnItsWay."""
    if db.session.scalars(transfers.live_for(disbursement.ref)).first() is not None:
        raise OnItsWay()


def _provider_ref(disbursement: Disbursement) -> str | None:
    account = db.session.get(SchoolAccount, disbursement.account_id) if disbursement.account_id else None
    return account.provider_ref if account is not None else None


def look_again(disbursement: Disbursement, *, by: User) -> None:
    """Let a proposal go to the school's account of today. Who looked is not the second person then.

    Raises NotAllowed, ReauthenticationNeeded, NotProposed, NoAccount, OnItsWay.
    """
    access.require(by, Action.PROPOSE_DISBURSEMENT, disbursement)
    figures.lock(disbursement.campaign_id)
    db.session.refresh(disbursement, ["state", "account_id", "batch_id"], with_for_update=True)
    require_not_sent(disbursement)
    if disbursement.state is DisbursementState.APPROVED and disbursement.batch_id is None:
        disbursement.move_to(DisbursementState.PROPOSED)  # the second person agreed to another account
        disbursement.released_by_id = disbursement.account_print = None
    if disbursement.state is not DisbursementState.PROPOSED:
        raise NotProposed(disbursement.state)
    account = in_use(disbursement.organisation_id, disbursement.school_id)
    if account is None:
        raise NoAccount()
    disbursement.account_id, disbursement.looked_by_id = account.id, by.id
    audit.record(by, "disbursement.looked_again", disbursement, account=account.id)

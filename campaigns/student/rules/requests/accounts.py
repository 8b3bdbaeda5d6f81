"""A school's bank account: told through its own link, confirmed by two of the team who did not ask for it."""

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from stdnum import iban as ibans
from stdnum.exceptions import ValidationError

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.kit import clock, crypto, db
from campaigns.kit.errors import Refused
from campaigns.kit.text import content_hash
from campaigns.student import queries
from campaigns.student.models import Application, ConfirmationRequest, SchoolAccount
from campaigns.student.rules.requests.tell_account import tell
from campaigns.student.states import AccountState

WAITS = timedelta(hours=72)
"""Between the confirmation and the first payment: time for somebody to object."""


class NoHolder(Refused):
    """Enter the account holder's name, as the bank knows it."""

    field = "holder"


class BadIban(Refused):
    """This is not an IBAN: look at it again, its check digits do not fit."""

    field = "iban"


class NoAccount(Refused):
    """Enter the IBAN; or, where your country has none, the account number and the bank."""

    field = "iban"


class NotConfirmed(Refused):
    """This account is not confirmed, or not any more. Load the page again to see how it stands."""


class BankDetails(NamedTuple):
    """Where a school is paid, as it told it: an IBAN, or a number and the bank where there are none."""

    holder: str
    iban: str = ""
    number: str = ""
    bank: str = ""

    def checked(self) -> "BankDetails":
        """The same in one form. Raises NoHolder, BadIban, NoAccount."""
        if not self.holder:
            raise NoHolder()
        if not self.iban:
            if not (self.number and self.bank):
                raise NoAccount()
            return self
        try:
            return BankDetails(self.holder, str(ibans.validate(self.iban)))
        except ValidationError:
            raise BadIban() from None


def propose(application: Application, request: ConfirmationRequest, details: BankDetails) -> None:
    """Keep where a school says it is paid, until a treasurer confirms it; nothing happens where that is known.

    Raises NoHolder, BadIban, NoAccount.
    """
    told = {name: value or None for name, value in details.checked()._asdict().items()}
    _propose(application, request, content_hash(*details.checked()), **told)


def propose_payout(application: Application, request: ConfirmationRequest, holder: str, provider_ref: str) -> None:
    """The same for a school that the card company pays, into the account that it has set up there."""
    _propose(application, request, content_hash(holder, provider_ref), holder=holder, provider_ref=provider_ref)


def _propose(application: Application, request: ConfirmationRequest, seal: str, **told: str | None) -> None:
    assert request.school_id is not None  # noqa: S101 - the database says so of every request to a school
    known = db.session.scalars(queries.account_in_use(application.organisation_id, request.school_id)).one_or_none()
    if known is not None and known.print in crypto.fingerprints(seal):
        return
    account = SchoolAccount(
        organisation_id=application.organisation_id,
        school_id=request.school_id,
        request_id=request.id,
        proposed_by_id=request.asked_by_id,
        print=crypto.fingerprint(seal),
        **told,
    )
    db.session.add(account)
    db.session.flush()
    audit.record(None, "school_account.proposed", account, school=request.school_id)
    tell(account, "told", replaces=known is not None)


def confirm_account(account: SchoolAccount, *, by: User) -> None:
    """Let a school be paid there in place of the account before it: 72 hours from now on, if a second person agrees.

    Until then nothing is paid to the school at all.

    Raises NotAllowed (also for who asked the school), ReauthenticationNeeded, IllegalMove.
    """
    account = _locked(account)
    access.require(by, Action.CONFIRM_SCHOOL_ACCOUNT, account)
    in_use = queries.account_in_use(account.organisation_id, account.school_id)
    before = db.session.scalars(in_use.where(SchoolAccount.id != account.id)).one_or_none()
    if before is not None:
        before.move_to(AccountState.REPLACED)
        db.session.flush()  # only one is in use at a time
    account.move_to(AccountState.CONFIRMED)
    account.confirmed_by_id, account.confirmed_at = by.id, clock.now()
    account.usable_from = account.confirmed_at + WAITS
    audit.record(by, "school_account.confirmed", account, school=account.school_id)
    tell(account, "confirmed", replaces=before is not None)


def second_account(account: SchoolAccount, *, by: User) -> None:
    """Agree, as the second of two people, that a school is paid there. A second time changes nothing.

    Raises NotAllowed (also for who asked the school or confirmed), SecondFactorNeeded, ReauthenticationNeeded,
    NotConfirmed.
    """
    account = _locked(account)
    access.require(by, Action.SECOND_SCHOOL_ACCOUNT, account)
    if account.state is not AccountState.CONFIRMED:
        raise NotConfirmed()
    if account.seconded_at is None:
        account.seconded_by_id, account.seconded_at = by.id, clock.now()
        audit.record(by, "school_account.seconded", account, school=account.school_id)


def stop_account(account: SchoolAccount, *, reason: str, by: User) -> None:
    """Object to an account: nothing is paid there from now on, nor anywhere else before the school tells it again.

    Raises NotAllowed, IllegalMove (not confirmed, or stopped before).
    """
    account = _locked(account)
    access.require(by, Action.STOP_SCHOOL_ACCOUNT, account)
    account.move_to(AccountState.STOPPED)
    account.stopped_by_id, account.stopped_at, account.stop_reason = by.id, clock.now(), reason
    audit.record(by, "school_account.stopped", account, school=account.school_id)
    tell(account, "stopped")


def refuse_account(account: SchoolAccount, *, by: User) -> None:
    """Do not pay there. Raises NotAllowed, ReauthenticationNeeded, IllegalMove."""
    account = _locked(account)
    access.require(by, Action.CONFIRM_SCHOOL_ACCOUNT, account)
    account.move_to(AccountState.REFUSED)
    audit.record(by, "school_account.refused", account, school=account.school_id)


def _locked(account: SchoolAccount) -> SchoolAccount:
    """The account as it is now. Two treasurers who confirm two accounts of one school wait for one another."""
    db.session.execute(sa.select(Organisation.id).where(Organisation.id == account.school_id).with_for_update())
    same = sa.select(SchoolAccount).where(SchoolAccount.id == account.id)
    return db.session.scalars(same.with_for_update().execution_options(populate_existing=True)).one()

"""What a lost dispute has left owing is settled: paid back to the bank, or borne by the community for a school."""

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import LedgerAccount
from campaigns.payment.models import BankEntry
from campaigns.payment.queries import disputes as queries
from campaigns.payment.rules.entries import open_entry
from campaigns.payment.rules.receive import OtherCurrency, hold
from campaigns.payment.states import EntryState


class MoreThanOwed(Refused):
    """More has arrived than is owed here."""

    def __init__(self, owed: Money) -> None:
        super().__init__(f"Only {owed} is owed here. Set this entry aside, and agree with its payer.", field="account")


class NothingOwed(Refused):
    """Nothing is owed here any more."""


def owed(account: LedgerAccount) -> Money:
    """What is owed on such an account."""
    return Money(max(-account.balance, 0), account.currency)


def repay(entry: BankEntry, account: LedgerAccount, whose: str, *, by: User) -> None:
    """Book an entry of the bank as the repayment of what `whose` school, or the community, owes.

    Raises NotAllowed, ConfirmedBefore, OtherCurrency, MoreThanOwed.
    """
    open_entry(entry, by)
    if account.currency != entry.currency:
        raise OtherCurrency()
    db.session.refresh(account, ["balance"])
    if entry.money > owed(account):
        raise MoreThanOwed(owed(account))
    entry.instalment, entry.shares, entry.proposed_because = None, [], None
    entry.repays_id, entry.note = account.id, f"Pays back what {whose} owed"[:200]
    entry.move_to(EntryState.CONFIRMED)
    entry.confirmed_by_id, entry.confirmed_at = by.id, clock.now()
    ledger.move(
        entry.money,
        source=ledger.account(f"bank:{entry.organisation_id}:{entry.currency}", entry.currency),
        target=account,
        cause=("debt_paid", f"bank:{entry.organisation_id}:{entry.fingerprint}"),
        by=by,
    )
    audit.record(by, "payment.debt_paid", entry, account=account.code, amount=entry.amount)


def bear(account: LedgerAccount, community: Community, reason: str, *, once: str, by: User) -> None:
    """Let the community owe in a school's place all that the school owes. The same `once` again changes nothing.

    Raises NotAllowed, ReauthenticationNeeded, NothingOwed.
    """
    access.require(by, Action.REFUND, community)
    hold(community.id)
    cause = ("debt_borne", f"{account.code}:{once}")
    if db.session.scalar(queries.moved(*cause)) is not None:
        return
    db.session.refresh(account, ["balance"])
    if not owed(account):
        raise NothingOwed()
    own = ledger.account(f"debt:{community.id}:community:{account.currency}", account.currency)
    amount = owed(account)
    ledger.move(amount, source=own, target=account, cause=cause, by=by)
    audit.record(by, "payment.debt_borne", community, account=account.code, amount=amount.amount, reason=reason)

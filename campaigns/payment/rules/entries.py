"""What a treasurer does with an entry on the statement, or with money seen at the bank without one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.community.models import Community
from campaigns.kit import clock, db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.payment import queries
from campaigns.payment.models import BankEntry, BankEntryShare, Receipt
from campaigns.payment.rules.files.reading import fingerprint_of
from campaigns.payment.rules.receive import OtherCurrency, hold, receive
from campaigns.payment.states import Because, EntryState
from campaigns.pledge.models import Instalment


class ConfirmedBefore(Refused):
    """Somebody was faster."""

    def __init__(self, entry: BankEntry, who: str) -> None:
        at = f"{entry.confirmed_at:%H:%M UTC on %d %B}" if entry.confirmed_at else ""
        super().__init__(f"{who} confirmed this entry at {at}. The money was booked once; nothing more is to do.")


class NoSuchPledge(Refused):
    """No pledge to this community has this reference."""

    field = "reference"


class NoMatch(Refused):
    """Choose first which pledge this entry pays."""


class KnownEntry(Refused):
    """This entry of the bank is recorded already, so nothing was booked a second time."""

    field = "own_id"


class NotYet(Refused):
    """The money cannot have arrived in the future."""

    field = "booked_on"


@dataclass(frozen=True)
class Seen:
    """Money that a treasurer saw at the bank, with the bank's own reference for it."""

    money: Money
    booked_on: date
    own_id: str


def confirm(entry: BankEntry, *, by: User) -> list[Receipt]:
    """Book an entry as the payment of what it is matched with, once; gives the receipts.

    There is none for money that was put aside (see `receive`). Raises NotAllowed, ConfirmedBefore, NoMatch,
    OtherCurrency.
    """
    open_entry(entry, by)
    if entry.instalment is None:
        raise NoMatch()
    return _book(entry, by)


def confirm_sure(community: Community, *, by: User) -> int:
    """Confirm every proposal whose references and amount are right; how many there were. Raises NotAllowed."""
    access.require(by, Action.RECORD_PAYMENT, community)
    hold(community.id)
    entries = db.session.scalars(queries.sure_ones(community.id).execution_options(populate_existing=True)).all()
    for entry in entries:
        _book(entry, by)
    return len(entries)


def choose(entry: BankEntry, instalment: Instalment, *, by: User) -> None:
    """Say which instalment an open entry pays. Raises NotAllowed, ConfirmedBefore, OtherCurrency."""
    open_entry(entry, by)
    if instalment.currency != entry.currency:
        raise OtherCurrency()
    match_with(entry, [(instalment, entry.money)])
    audit.record(by, "payment.entry_matched", entry, instalment=instalment.id)


def ignore(entry: BankEntry, reason: str, *, by: User) -> None:
    """Set an entry aside that pays no pledge, with the reason. Raises NotAllowed, ConfirmedBefore, IllegalMove."""
    open_entry(entry, by)
    entry.move_to(EntryState.IGNORED)
    entry.instalment, entry.shares, entry.proposed_because, entry.note = None, [], None, reason
    audit.record(by, "payment.entry_ignored", entry)


def take_up(entry: BankEntry, *, by: User) -> None:
    """Put an entry that was ignored back among those that wait. Raises NotAllowed, ConfirmedBefore, IllegalMove."""
    open_entry(entry, by)
    entry.move_to(EntryState.UNMATCHED)
    entry.note = None
    audit.record(by, "payment.entry_taken_up", entry)


def record(instalment: Instalment, seen: Seen, *, by: User) -> BankEntry:
    """Book money for an instalment that is on no imported statement yet.

    The bank's own reference makes it known again: recorded twice, or imported later, it counts once.
    Raises NotAllowed, NotYet, KnownEntry, OtherCurrency.
    """
    pledge = instalment.pledge
    access.require(by, Action.RECORD_PAYMENT, pledge)
    if seen.booked_on > clock.today():
        raise NotYet()
    hold(pledge.organisation_id)
    fingerprint = fingerprint_of(seen.own_id)
    if db.session.scalars(queries.entry_with(pledge.organisation_id, fingerprint)).one_or_none() is not None:
        raise KnownEntry()
    entry = BankEntry(
        organisation_id=pledge.organisation_id,
        fingerprint=fingerprint,
        booked_on=seen.booked_on,
        amount=seen.money.amount,
        currency=seen.money.currency,
        remittance=f"{seen.own_id} (recorded by hand)",
        state=EntryState.UNMATCHED,
    )
    db.session.add(entry)
    match_with(entry, [(instalment, entry.money)])
    db.session.flush()
    _book(entry, by)
    return entry


def open_entry(entry: BankEntry, by: User) -> None:
    """Hold an entry as it is now, unless it was confirmed meanwhile."""
    access.require(by, Action.RECORD_PAYMENT, entry)
    hold(entry.organisation_id)
    db.session.scalars(queries.entry(entry.id)).one()
    if entry.state is EntryState.CONFIRMED:
        raise ConfirmedBefore(entry, _who(entry.confirmed_by_id, by))


def match_with(entry: BankEntry, shares: Sequence[tuple[Instalment, Money]]) -> None:
    """Note what a treasurer chose that an open entry pays."""
    entry.instalment, entry.proposed_because = shares[0][0], Because.CHOSEN
    several = shares if len(shares) > 1 else ()
    entry.shares = [BankEntryShare(instalment=each, amount=part.amount) for each, part in several]
    if entry.state is not EntryState.PROPOSED:
        entry.move_to(EntryState.PROPOSED)


def _book(entry: BankEntry, by: User) -> list[Receipt]:
    entry.move_to(EntryState.CONFIRMED)
    entry.confirmed_by_id, entry.confirmed_at = by.id, clock.now()
    audit.record(by, "payment.entry_confirmed", entry, instalment=entry.instalment_id, shares=len(entry.shares))
    cause = f"bank:{entry.organisation_id}:{entry.fingerprint}"
    parts = [(each.instalment, each.money, f"{cause}:{each.instalment_id}") for each in entry.shares]
    if entry.instalment is not None and not parts:
        parts = [(entry.instalment, entry.money, cause)]
    receipts = [_receive(entry, instalment, part, named, by) for instalment, part, named in parts]
    return [each for each in receipts if each is not None]


def _receive(entry: BankEntry, instalment: Instalment, part: Money, cause: str, by: User) -> Receipt | None:
    return receive(
        instalment,
        part,
        source=f"bank:{entry.organisation_id}:{entry.currency}",
        cause=("payment", cause),
        by=by,
        at=datetime.combine(entry.booked_on, time(), UTC),
    )


def _who(user_id: int | None, by: User) -> str:
    if user_id == by.id:
        return "You"
    user = db.session.get(User, user_id) if user_id is not None else None
    return user.name if user is not None else "Somebody"

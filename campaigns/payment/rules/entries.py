"""What a treasurer does with an entry on the statement, or with money seen at the bank without one."""

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
from campaigns.payment.models import BankEntry, Receipt
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


def confirm(entry: BankEntry, *, by: User) -> Receipt | None:
    """Book an entry as the payment of the instalment that it is matched with, once.

    None where the money was put aside (see `receive`). Raises NotAllowed, ConfirmedBefore, NoMatch, OtherCurrency.
    """
    _open(entry, by)
    if entry.instalment is None:
        raise NoMatch()
    return _book(entry, entry.instalment, by)


def confirm_exact(community: Community, *, by: User) -> int:
    """Confirm every proposal by reference and amount; how many there were. Raises NotAllowed."""
    access.require(by, Action.RECORD_PAYMENT, community)
    hold(community.id)
    entries = db.session.scalars(queries.exact_ones(community.id).execution_options(populate_existing=True)).all()
    booked = [_book(entry, entry.instalment, by) for entry in entries if entry.instalment is not None]
    return len(booked)


def choose(entry: BankEntry, instalment: Instalment, *, by: User) -> None:
    """Say which instalment an open entry pays. Raises NotAllowed, ConfirmedBefore, OtherCurrency."""
    _open(entry, by)
    if instalment.currency != entry.currency:
        raise OtherCurrency()
    entry.instalment, entry.proposed_because = instalment, Because.CHOSEN
    if entry.state is not EntryState.PROPOSED:
        entry.move_to(EntryState.PROPOSED)
    audit.record(by, "payment.entry_matched", entry, instalment=instalment.id)


def ignore(entry: BankEntry, reason: str, *, by: User) -> None:
    """Set an entry aside that pays no pledge, with the reason. Raises NotAllowed, ConfirmedBefore, IllegalMove."""
    _open(entry, by)
    entry.move_to(EntryState.IGNORED)
    entry.instalment, entry.proposed_because, entry.note = None, None, reason
    audit.record(by, "payment.entry_ignored", entry)


def take_up(entry: BankEntry, *, by: User) -> None:
    """Put an entry that was ignored back among those that wait. Raises NotAllowed, ConfirmedBefore, IllegalMove."""
    _open(entry, by)
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
        proposed_because=Because.CHOSEN,
    )
    db.session.add(entry)
    db.session.flush()
    _book(entry, instalment, by)
    return entry


def _open(entry: BankEntry, by: User) -> None:
    """Hold an entry as it is now, unless it was confirmed meanwhile."""
    access.require(by, Action.RECORD_PAYMENT, entry)
    hold(entry.organisation_id)
    db.session.scalars(queries.entry(entry.id)).one()
    if entry.state is EntryState.CONFIRMED:
        raise ConfirmedBefore(entry, _who(entry.confirmed_by_id, by))


def _book(entry: BankEntry, instalment: Instalment, by: User) -> Receipt | None:
    entry.instalment = instalment
    entry.move_to(EntryState.CONFIRMED)
    entry.confirmed_by_id, entry.confirmed_at = by.id, clock.now()
    audit.record(by, "payment.entry_confirmed", entry, instalment=instalment.id)
    return receive(
        instalment,
        entry.money,
        source=f"bank:{entry.organisation_id}:{entry.currency}",
        cause=("payment", f"bank:{entry.organisation_id}:{entry.fingerprint}"),
        by=by,
        at=datetime.combine(entry.booked_on, time(), UTC),
    )


def _who(user_id: int | None, by: User) -> str:
    if user_id == by.id:
        return "You"
    user = db.session.get(User, user_id) if user_id is not None else None
    return user.name if user is not None else "Somebody"

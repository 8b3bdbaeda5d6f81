"""One payment that covers several instalments, of one pledge or of many, or only a part of some."""

from collections.abc import Mapping

from campaigns.account.models import User
from campaigns.audit import rules as audit
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.payment.models import BankEntry
from campaigns.payment.rules.entries import match_with, open_entry
from campaigns.payment.rules.receive import OtherCurrency
from campaigns.pledge.models import Instalment


class NothingChosen(Refused):
    """Give an amount for at least one of them."""


class NotAllOfIt(Refused):
    """The shares come to another amount than the entry has."""

    def __init__(self, entry: Money, shares: Money) -> None:
        over = shares > entry
        rest = shares - entry if over else entry - shares
        what = f"{rest} more than the entry has" if over else f"so {rest} of the entry is left"
        advice = "" if over else " Give it to one of them: what is more than is due there is put aside."
        super().__init__(f"Together these are {shares}, {what}.{advice}")


def split(entry: BankEntry, shares: Mapping[Instalment, Money], *, by: User) -> None:
    """Say how much of an open entry pays which instalments; all of it has to be given, and it is confirmed later.

    Raises NotAllowed, ConfirmedBefore, NothingChosen, NotAllOfIt, OtherCurrency.
    """
    open_entry(entry, by)
    if not shares:
        raise NothingChosen()
    if any(each.currency != entry.currency for each in shares):
        raise OtherCurrency()
    together = sum(shares.values(), Money(0, entry.currency))
    if together != entry.money:
        raise NotAllOfIt(entry.money, together)
    match_with(entry, sorted(shares.items(), key=lambda each: each[0].id))
    audit.record(by, "payment.entry_split", entry, instalments=[each.id for each in shares])

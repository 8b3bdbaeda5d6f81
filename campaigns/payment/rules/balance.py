"""Once a day: every movement of the provider's balance against the ledger, and the ledger against the balance.

Each difference is laid before a person, once. A fee that was not known when its payment came is booked here. Payouts
move the provider's money to a bank and are none of the ledger's: one account serves all communities.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from campaigns.kit import clock, db
from campaigns.kit.money import Money
from campaigns.kit.queue import sweep
from campaigns.payment import gateway
from campaigns.payment.back import BalanceEntry
from campaigns.payment.gateway import Gateway
from campaigns.payment.models import BalanceCursor
from campaigns.payment.queries import balance as find
from campaigns.payment.queries import connect as schools
from campaigns.payment.rules import fees
from campaigns.payment.rules.attempts import open_case
from campaigns.payment.states import CaseKind, Provider, RefundState

EVERY = timedelta(days=1)
OVERLAP = timedelta(days=2)  # what came late to the provider's list, or to us, is looked at again
SETTLED = timedelta(hours=1)  # what is younger may still be on its way to us
BATCH = 200

CHARGES = frozenset({"charge", "payment"})
REFUNDS = frozenset({"refund", "payment_refund", "refund_failure"})
UNDERWAY = frozenset({"pending", "requires_action"})
# Between the provider and the bank, or set apart for a time by the provider.
NOT_OURS = ("payout", "reserve", "payment_network_reserve", "payment_unreconciled")
KNOWN = frozenset({"ch", "py", "re", "pyr", "txn"})

log = structlog.get_logger()


@sweep
def match_balance() -> None:
    """Match what has moved since the last time, and a little before."""
    stripe = gateway.current()
    since = _since()
    if stripe is None or since is None:
        return
    until = clock.now() - SETTLED
    try:
        entries = stripe.balance(since, until)
        for first in range(0, len(entries), BATCH):
            with db.transaction():
                _match(entries[first : first + BATCH])
        _match_book(since, {each.source_ref or each.ref for each in entries} | {each.ref for each in entries}, stripe)
    except (gateway.Unclear, gateway.TryLater, gateway.Rejected) as fault:
        log.warning("payment.balance_not_matched", fault=str(fault))
        return  # asked again by the next sweep
    with db.transaction():
        db.session.merge(BalanceCursor(provider=Provider.STRIPE, matched_until=until))


def _since() -> datetime | None:
    """From when on to look; None where the last time is not a day ago."""
    with db.reading(), db.transaction():
        cursor = db.session.get(BalanceCursor, Provider.STRIPE)
        last = cursor.matched_until if cursor is not None else None
    if last is None:
        return clock.now() - timedelta(days=30)
    return last - OVERLAP if clock.now() - SETTLED - last >= EVERY else None


def _match(entries: Sequence[BalanceEntry]) -> None:
    charges = [each.charge_ref for each in entries if each.charge_ref is not None]
    whose: dict[str | None, int] = {row[0]: row[1] for row in db.session.execute(find.attempts_with(charges))}
    known = [each for each in entries if each.charge_ref in whose]
    marked = [each for each in entries if each.is_marked and each not in known]
    _match_charges([each for each in (*known, *marked) if each.kind in CHARGES], whose)
    _match_refunds([each for each in known if each.kind in REFUNDS and each.status not in UNDERWAY], whose)
    _match_disputes([each for each in known if each.source == "dispute"], whose)
    sent = {row[0] for row in db.session.execute(schools.sent([each.source_ref or "" for each in entries]))}
    for each in entries:
        if each.charge_ref is None and each.source_ref not in sent and not each.kind.startswith(NOT_OURS):
            note = f"{each.ref} ({each.kind.replace('_', ' ')}) is at the card company and not in the book"
            _differ(each.ref, None, each.amount, note)


def _match_charges(entries: Sequence[BalanceEntry], whose: Mapping[str | None, int]) -> None:
    refs = [each.charge_ref or "" for each in entries]
    booked: Counter[str] = Counter()
    for external_id, amount in db.session.execute(find.arrived(refs)):
        booked[external_id.removeprefix("stripe:").partition(":")[0]] += amount
    for each, ref in zip(entries, refs, strict=True):
        if booked[ref] != each.amount.amount:
            note = f"Charge {ref}: {each.amount} at the card company, {Money(booked[ref], each.amount.currency)} booked"
            _differ(ref, whose.get(ref), each.amount, note)
        elif ref in whose and each.fee:
            fees.book(whose[ref], each.fee, ref)


def _match_refunds(entries: Sequence[BalanceEntry], whose: Mapping[str | None, int]) -> None:
    """What a refund has come to, however many movements it has made."""
    found = {each.source_ref or "": each for each in entries}
    ours = {row[0]: row for row in db.session.execute(find.sent_by_us(list(found)))}
    for ref, each in found.items():
        sent = each.amount.amount if each.status == "succeeded" else 0
        if ref in ours:
            booked = ours[ref].amount if ours[ref].state is RefundState.DONE else 0
        else:
            booked = _sent_elsewhere(ref)
        if booked != sent:
            shown = [str(Money(amount, each.amount.currency)) for amount in (sent, booked)]
            _differ(
                ref,
                whose[each.charge_ref],
                each.amount,
                f"Refund {ref}: {shown[0]} at the card company, {shown[1]} booked",
            )


def _sent_elsewhere(ref: str) -> int:
    rows = db.session.execute(find.sent_elsewhere(ref))
    return sum(amount if kind == "refund" else -amount for kind, amount in rows)


def _match_disputes(entries: Sequence[BalanceEntry], whose: Mapping[str | None, int]) -> None:
    rows = db.session.execute(find.taken([each.ref for each in entries]))
    booked = {row[0].removeprefix("stripe:") for row in rows}
    for each in entries:
        if each.amount and each.ref not in booked:
            _differ(
                each.ref,
                whose[each.charge_ref],
                each.amount,
                f"{each.ref} of dispute {each.source_ref} is not in the book",
            )


def _match_book(since: datetime, seen: set[str], stripe: Gateway) -> None:
    """What is booked as moved by the provider, and is not among what it has told, is asked for one by one."""
    with db.reading(), db.transaction():
        rows = [(_ref(row.external_id), _whose(row.code), Money(row.amount, row.currency))
                for row in db.session.execute(find.in_the_book(since))]  # fmt: skip
        rows += [(row[0], row[1], Money(row[2], row[3])) for row in db.session.execute(find.sent_since(since))]
    for ref, whose, amount in rows:
        if ref not in seen and ref.partition("_")[0] in KNOWN and not stripe.knows(ref):
            with db.transaction():
                _differ(ref, whose, amount, f"{amount} is booked for {ref}, which the card company does not know")


def _ref(external_id: str) -> str:
    """The provider's id in a cause: of a charge ("stripe:ch_1", "stripe:ch_1:surplus"), a refund ("stripe:17:re_1")."""
    parts = external_id.split(":")
    return parts[2] if len(parts) > 2 and parts[1].isdigit() else parts[1]


def _whose(code: str) -> int:
    return int(code.split(":")[1])


def _differ(ref: str, organisation_id: int | None, money: Money, note: str) -> None:
    amount = max(money, -money)
    open_case(CaseKind.BOOK_DIFFERS, f"balance:{ref}", organisation_id=organisation_id, money=amount, note=f"{note}.")

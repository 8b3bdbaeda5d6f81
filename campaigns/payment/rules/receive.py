"""Money has arrived: the one way into the ledger for every provider."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from campaigns import access
from campaigns.access import Action
from campaigns.account.models import Organisation, User
from campaigns.audit import rules as audit
from campaigns.campaign.rules import figures
from campaigns.kit import db
from campaigns.kit.errors import Refused
from campaigns.kit.money import Money
from campaigns.ledger import rules as ledger
from campaigns.ledger.models import Movement
from campaigns.notice import rules as notice
from campaigns.payment.models import PaymentAttempt, PaymentCase, Receipt
from campaigns.payment.rules import fees, surplus
from campaigns.payment.rules.receipt import issue, tell
from campaigns.payment.states import CaseKind
from campaigns.pledge import queries as pledges
from campaigns.pledge import rules as pledge_rules
from campaigns.pledge.models import Instalment, Pledge
from campaigns.pledge.rules.own import page_of
from campaigns.pledge.states import UNPAID


class OtherCurrency(Refused):
    """This money is in another currency than the pledge, so it cannot pay it."""


class Arrival(NamedTuple):
    """Money from one source, for one cause."""

    source: str  # the ledger account it comes from
    cause: tuple[str, str]
    by: User | None
    attempt: PaymentAttempt | None


def receive(
    instalment: Instalment,
    paid: Money,
    *,
    source: str,
    cause: tuple[str, str],
    by: User | None,
    attempt: PaymentAttempt | None = None,
    at: datetime | None = None,
) -> Receipt | None:
    """Book money that arrived for an instalment, settle it and receipt it, in the caller's transaction.

    `source` is the ledger account it came from ("bank:<organisation>:<currency>"), `cause` names it
    once and for all ("payment", "bank:<fingerprint>"), `by` is None where a provider reports it, `at`
    is when it arrived. Where this instalment is not due any more, the next one that is due is paid.
    What is over goes where the sponsor chose (`surplus`), by default with what came after the pledge ended:
    into "suspense:<organisation>:<currency>", with a PaymentCase. `attempt` is noted there and otherwise left
    to the caller.

    Returns the receipt, or None where nothing counted: the cause was booked before, or all of it was
    put aside. Raises NotAllowed; OtherCurrency.
    """
    pledge, community = _hold(instalment)
    if by is not None:
        access.require(by, Action.RECORD_PAYMENT, pledge)
    if paid.currency != pledge.currency:
        raise OtherCurrency()
    arrival = Arrival(source, cause, by, attempt)
    due = _due(pledge, instalment)
    if due is None:
        _put_aside(paid, pledge, community, arrival)
        return None
    counted = min(paid, due.money)
    movement = _book(counted, f"campaign:{pledge.campaign_id}", arrival)
    if movement is None:
        return None
    pledge_rules.settle(due, counted, at=at)
    figures.add(pledge.campaign_id, received=counted.amount)
    if counted < paid:
        kind, external_id = cause
        _put_aside(paid - counted, pledge, community, arrival._replace(cause=(kind, f"{external_id}:surplus")))
    fees.ask_for_platform(movement, community.id)
    receipt = issue(movement, due, community.id, cover=attempt.cover if attempt is not None else 0)
    tell(receipt, pledge, due, community.name)
    audit.record(by, "payment.received", due, amount=counted.amount, currency=counted.currency, cause=cause[1])
    return receipt


def hold(organisation_id: int) -> Organisation:
    """The community; whoever else books money for it waits until this transaction ends."""
    row = sa.select(Organisation).where(Organisation.id == organisation_id).with_for_update(key_share=True)
    return db.session.scalars(row).one()


def _hold(instalment: Instalment) -> tuple[Pledge, Organisation]:
    """The pledge as it is now; its community and its campaign wait until this transaction ends."""
    pledge = db.session.scalars(pledges.whole(instalment.pledge_id)).one()
    community = hold(pledge.organisation_id)
    figures.lock(pledge.campaign_id)
    return db.session.scalars(pledges.whole(instalment.pledge_id)).one(), community


def _due(pledge: Pledge, instalment: Instalment) -> Instalment | None:
    """What this money pays: the instalment itself, else the next open one (an old reference was quoted)."""
    if pledge.confirmed_at is None:
        return None
    due = [each for each in pledge.instalments if each.state in UNPAID]
    return next((each for each in due if each.id == instalment.id), due[0] if due else None)


def _book(amount: Money, target: str, arrival: Arrival) -> Movement | None:
    return ledger.move(
        amount,
        source=ledger.account(arrival.source, amount.currency),
        target=ledger.account(target, amount.currency),
        cause=arrival.cause,
        by=arrival.by,
    )


def _put_aside(amount: Money, pledge: Pledge, community: Organisation, arrival: Arrival) -> None:
    """Keep money that belongs to no open promise where its sponsor chose, or apart for a person to send back."""
    ended = pledge.confirmed_at is None or pledge.ended_at is not None
    chosen = None if ended else surplus.place_for(pledge, amount.currency)
    if _book(amount, chosen or f"suspense:{community.id}:{amount.currency}", arrival) is None:
        return
    if chosen is not None:
        surplus.tell(pledge, amount, community, arrival.cause, arrival.by)
        return
    case = PaymentCase(
        organisation_id=community.id,
        kind=CaseKind.PAID_AFTER_END if ended else CaseKind.OVERPAID,
        key=f"{arrival.cause[0]}:{arrival.cause[1]}"[:160],
        attempt_id=arrival.attempt.id if arrival.attempt is not None else None,
        amount=amount.amount,
        currency=amount.currency,
        note=f"Pledge {pledge.ref}",
    )
    db.session.add(case)
    audit.record(arrival.by, "payment.put_aside", case, amount=amount.amount, currency=amount.currency)
    notice.send(
        pledge.email,
        "payment/mail/put_aside",
        key=f"payment.put_aside:{case.key}",
        community_name=community.name,
        name=pledge.name,
        amount=amount,
        overpaid=case.kind is CaseKind.OVERPAID,
        pledge_url=page_of(pledge.ref),
    )
